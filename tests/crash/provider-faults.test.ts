import { expect, test } from "bun:test";
import { brokenRules } from "./books.ts";
import { serveRun } from "./house.ts";
import { post, untilTrue } from "./service.ts";

const LONG = process.env.LONG === "1";
const ITEMS = LONG ? 500 : 300;

test("while every call is refused one at a time asks again, nothing fails, and full speed is back in 3 s", async () => {
  const outageMs = LONG ? 30_000 : 8_000;
  const workers = 20;
  await using served = await serveRun({ items: 600, workers }, { latencyMs: 400, retryAfterSeconds: 1 });
  const { sandbox } = served.world;
  await served.untilCompleted(60);
  const before = sandbox.stats().calls;
  sandbox.setFaults({ outage: { kind: "429", forMs: outageMs } });
  await Bun.sleep(outageMs);
  const during = sandbox.stats().calls - before;
  const fullAfterMs = await untilTrue(async () => sandbox.stats().in_flight >= 0.8 * workers, 10_000);
  console.log(`429 for ${outageMs} ms: ${during} calls meanwhile, full speed after ${Math.round(fullAfterMs)} ms`);
  // Those under way when it began are refused too, and those that were answered before have made room for one more each.
  expect(during).toBeLessThanOrEqual(2 * workers + outageMs / 1000);
  expect(fullAfterMs).toBeLessThan(3_000);
  expect(await served.untilStatus("completed", "failed", "paused")).toMatchObject({ status: "completed" });
  expect((await served.run()).completedItems).toBe(600);
  expect(await served.database.read(brokenRules)).toEqual([]);
}, 120_000);

test("in a storm of errors each item is done, or fails after three tries and is done by one retry", async () => {
  const rates = { "500": 0.1, "503": 0.1 };
  await using served = await serveRun({ items: ITEMS, workers: 10 }, { latencyMs: 30, rates });
  const { id } = await finish(served);
  const [most] = await served.database.read(
    (tx) => tx<{ attempts: number }[]>`
    select max(n)::int as attempts from (select count(*) as n from provider_calls where outcome <> 'not_sent' group by item_id) t`,
  );
  expect(most?.attempts).toBeLessThanOrEqual(3);
  const failed = await served.database.read((tx) => tx`select 1 from collection_items where status = 'failed'`);
  served.world.sandbox.setFaults({ rates: {} });
  if (failed.length > 0) {
    const retried = await post(served.serve, `/runs/${id}/retry-failed`);
    expect(retried.body).toMatchObject({ status: "running", retried_items: failed.length });
    await served.untilStatus("completed");
  }
  console.log(
    `20 % of all calls failed: ${failed.length} of ${ITEMS} items failed after 3 tries, then done by one retry`,
  );
  expect((await served.run()).completedItems).toBe(ITEMS);
  expect(await served.database.read(brokenRules)).toEqual([]);
}, 180_000);

test("calls that hang end at their deadline, and their items are tried again", async () => {
  const environment = { PROVIDER_TIMEOUT_S: "3" };
  await using served = await serveRun(
    { items: 60, workers: 10 },
    { latencyMs: 50, rates: { hang: 0.05 } },
    environment,
  );
  const sockets: number[] = [];
  const timer = setInterval(() => sockets.push(served.world.sandbox.stats().in_flight), 20);
  await finish(served);
  clearInterval(timer);
  const timeouts = await served.database.read(
    (tx) => tx<{ durationMs: number }[]>`
    select duration_ms from provider_calls where outcome = 'timeout'`,
  );
  console.log(`${timeouts.length} calls hung, given up after ${timeouts.map((one) => one.durationMs).join(", ")} ms`);
  for (const { durationMs } of timeouts) expect(Math.abs(durationMs - 3_000)).toBeLessThan(1_000);
  expect((await served.run()).completedItems).toBe(60);
  expect(Math.max(...sockets)).toBeLessThanOrEqual(10 + timeouts.length);
  expect(await served.database.read(brokenRules)).toEqual([]);
}, 120_000);

test("when the layout changes the run pauses itself, no item counts as done without sellers, and it goes on later", async () => {
  const workers = 5;
  await using served = await serveRun({ items: ITEMS, workers }, { latencyMs: 60 });
  await served.untilCompleted(20);
  const before = served.world.sandbox.stats().billed_calls;
  served.world.sandbox.setFaults({ rates: { grid: 1 } });
  expect(await served.untilStatus("paused", "completed")).toMatchObject({ status: "paused", pauseReason: "drift" });
  await untilTrue(async () => (await served.run()).reservedMicros === 0, 10_000);
  const bought = served.world.sandbox.stats().billed_calls - before;
  console.log(`layout drift: paused after ${bought} useless pages`);
  expect(bought).toBeLessThanOrEqual(10 + 3 * workers);
  const empty = await served.database.read(
    (tx) => tx`
    select 1 from collection_items i where status = 'completed' and not exists (select 1 from sightings s where s.item_id = i.id)`,
  );
  expect(empty).toHaveLength(0);
  served.world.sandbox.setFaults({ rates: {} });
  const { id } = await served.run();
  await untilTrue(async () => (await post(served.serve, `/runs/${id}/resume`)).status === 200, 10_000);
  expect(await served.untilStatus("completed", "failed")).toMatchObject({ status: "completed" });
}, 120_000);

test("a provider that is down pauses its runs, says when it is tried again, and they go on by themselves", async () => {
  await using served = await serveRun({ items: 200, workers: 10 }, { latencyMs: 300 });
  const second = {
    name: "second",
    workers: 5,
    pages_per_product: 1,
    category_ids: ["pet-supplies--dogs"],
    start: true,
  };
  expect((await post(served.serve, "/runs", second)).status).toBe(201);
  await served.untilCompleted(10);
  served.world.sandbox.setFaults({ outage: { kind: "503", forMs: 10_000 } });
  const rows = () =>
    served.database.read(
      (tx) => tx<{ status: string; pauseReason: string; retryAt: Date }[]>`
    select status, pause_reason, retry_at from runs`,
    );
  await untilTrue(
    async () => (await rows()).every((one) => one.pauseReason === "provider" && one.retryAt !== null),
    15_000,
  );
  await untilTrue(async () => (await rows()).every((one) => one.status === "completed"), 90_000);
  const events = await served.database.read(
    (tx) => tx<{ action: string }[]>`
    select distinct action from run_events where action like 'breaker%' order by 1`,
  );
  expect(events.map((one) => one.action)).toEqual(["breaker_closed", "breaker_open"]);
  expect(await served.database.read(brokenRules)).toEqual([]);
}, 150_000);

async function finish(served: Awaited<ReturnType<typeof serveRun>>) {
  for (;;) {
    const run = await served.untilStatus("completed", "failed", "paused");
    if (run.status !== "paused") return run;
    // Too many failures in a row pause it for a while; it goes on by itself.
    expect(run.pauseReason).toBe("provider");
    await served.untilStatus("running", "completed", "failed");
  }
}

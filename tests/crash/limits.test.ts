import { expect, test } from "bun:test";
import { brokenRules } from "./books.ts";
import { serveRun } from "./house.ts";
import { post, startWorker, untilTrue } from "./service.ts";

const LONG = process.env.LONG === "1";
const [PROCESSES, RUNS, PER_RUN, WORKERS, RATE] = LONG ? [4, 4, 500, 50, 120] : [2, 2, 100, 50, 60];

test(`${RUNS * WORKERS} workers over ${PROCESSES} processes keep below the plan's ${RATE} calls a second, none twice`, async () => {
  await using served = await serveRun({ items: 1, workers: 1 }, { latencyMs: 200 });
  await served.untilStatus("completed");
  const workers = Array.from({ length: PROCESSES - 1 }, () => startWorker(served.world.environment));
  try {
    await untilTrue(async () => (await living()).length === PROCESSES, 30_000);
    await patchSettings({ provider_requests_per_second: RATE, max_concurrent_runs: 10 });
    for (let run = 0; run < RUNS; run++) expect((await post(served.serve, "/runs", request(run))).status).toBe(201);
    const perSecond = await watch();
    console.log(`calls in each second: ${perSecond.join(" ")}`);
    // A second that is cut out at any place may hold the burst of a tenth of a second beside its own calls.
    for (const calls of perSecond) expect(calls).toBeLessThanOrEqual(RATE * 1.2);
    expect(served.world.sandbox.stats().repeats).toBe(0);
    expect(await served.database.read(brokenRules)).toEqual([]);
    const [waits] = await served.database.read(
      (tx) => tx`
      select deadlocks from pg_stat_database where datname = current_database()`,
    );
    expect(waits).toEqual({ deadlocks: 0 });
  } finally {
    for (const worker of workers) worker.kill("SIGKILL");
    await Promise.all(workers.map((worker) => worker.ended));
  }

  function living() {
    return served.database.read((tx) => tx`select 1 from processes where process_is_alive(id)`);
  }

  async function patchSettings(patch: Record<string, number>): Promise<void> {
    const headers = { "content-type": "application/json" };
    const request = { method: "PATCH", headers, body: JSON.stringify(patch) };
    expect((await fetch(`${served.serve.url}/api/collection/settings`, request)).status).toBe(200);
  }

  async function watch(): Promise<number[]> {
    const perSecond: number[] = [];
    const open = () => served.database.read((tx) => tx`select 1 from runs where status = 'running'`);
    while ((await open()).length > 0) {
      const before = served.world.sandbox.stats().calls;
      const startedAt = performance.now();
      await Bun.sleep(1_000);
      perSecond.push(
        Math.round(((served.world.sandbox.stats().calls - before) * 1_000) / (performance.now() - startedAt)),
      );
    }
    return perSecond;
  }
}, 180_000);

function request(run: number) {
  const products = Array.from({ length: PER_RUN }, (_, index) => ({
    asin: `R${run}P${index}`,
    title: `Run ${run} product ${index}`,
    price: 20,
  }));
  return {
    name: `run ${run}`,
    workers: WORKERS,
    pages_per_product: 1,
    budget_cap_cents: 10_000,
    products,
    start: true,
  };
}

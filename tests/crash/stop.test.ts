import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { brokenRules, getRun, listedSellers, type RunRow } from "./books.ts";
import { type Ended, run, start, summaryOf } from "./program.ts";
import { createWorld, inventProducts, openDatabase, trueSellers, type World, writeProducts } from "./world.ts";

const ITEMS = 60;
const products = inventProducts(ITEMS);

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  test(`${signal} lets calls under way end, pauses the run, and nothing is billed twice`, async () => {
    await using world = await createWorld({ conditions: { latencyMs: 300 } });
    const program = start(await collecting(world), world.environment);
    await untilCalls(world, 15);
    program.kill(signal);
    const ended = await program.ended;
    expect(ended.code).toBe(130);
    expect(summaryOf(ended)).toMatchObject({ status: "paused", pause_reason: "shutdown", reserved_micros: 0 });
    expect(summaryOf(ended).calls).toBe(world.sandbox.stats().calls);
    await expectDone(world, await run(["collect", "--resume", "latest", "--json"], world.environment));
    expect(world.sandbox.stats()).toMatchObject({ calls: ITEMS, repeats: 0 });
  }, 30_000);
}

test("a second signal cuts calls off, which are booked as possibly billed and bought again", async () => {
  await using world = await createWorld({ conditions: { latencyMs: 15_000 } });
  const program = start(await collecting(world), world.environment);
  await untilCalls(world, 10);
  program.kill("SIGINT");
  await Bun.sleep(300);
  const cutAt = performance.now();
  program.kill("SIGINT");
  const ended = await program.ended;
  expect(performance.now() - cutAt).toBeLessThan(5_000);
  expect(ended.code).toBe(130);
  expect(summaryOf(ended)).toMatchObject({ pause_reason: "shutdown", calls: 10, cost_micros: 13_500 });
  world.sandbox.setFaults({ latencyMs: 20 });
  await expectDone(world, await run(["collect", "--resume", "latest", "--json"], world.environment));
  expect(world.sandbox.stats()).toMatchObject({ calls: ITEMS + 10, repeats: 10 });
}, 30_000);

test("a signal while the database is still being made ends the program with 130, and nothing is half done", async () => {
  await using world = await createWorld();
  const args = await collecting(world);
  const program = start(args, world.environment);
  while (!existsSync(join(world.dataDir, "postgres"))) await Bun.sleep(2);
  program.kill("SIGTERM");
  expect(await program.ended).toEqual({ code: 130, stdout: "", stderr: "Error: Stopped before the run began.\n" });
  expect(world.sandbox.stats().calls).toBe(0);
  await expectDone(world, await run(args, world.environment));
}, 30_000);

test("a database killed in the middle of a run comes back, and the run ends as if nothing had been", async () => {
  await using world = await createWorld({ conditions: { latencyMs: 100 } });
  const program = start(await collecting(world), world.environment);
  for (const calls of [10, 30, 45]) {
    await untilCalls(world, calls);
    process.kill(await postmasterOf(world), "SIGKILL");
  }
  await expectDone(world, await program.ended);
}, 60_000);

test("the program and its database killed together lose nothing that was booked", async () => {
  await using world = await createWorld({ conditions: { latencyMs: 100 } });
  const program = start(await collecting(world), world.environment);
  await untilCalls(world, 30);
  process.kill(await postmasterOf(world), "SIGKILL");
  program.kill("SIGKILL");
  await program.ended;
  await expectDone(world, await run(["collect", "--resume", "latest", "--json"], world.environment));
}, 60_000);

async function collecting(world: World): Promise<string[]> {
  return ["collect", "--products", await writeProducts(world, products), "--pages", "1", "--workers", "10", "--json"];
}

async function untilCalls({ sandbox }: World, calls: number): Promise<void> {
  while (sandbox.stats().calls < calls) await Bun.sleep(5);
}

async function postmasterOf({ dataDir }: World): Promise<number> {
  const text = await Bun.file(`${dataDir}/postgres/data/postmaster.pid`).text();
  return Number(text.split("\n")[0]);
}

async function expectDone(world: World, ended: Ended): Promise<RunRow> {
  expect({ code: ended.code, stderr: ended.stderr }).toMatchObject({ code: 0 });
  await using database = await openDatabase(world.dataDir);
  expect(await database.read(brokenRules)).toEqual([]);
  expect(await database.read(listedSellers)).toEqual(trueSellers(world, products, 1));
  const done = await database.read(getRun);
  expect(done).toMatchObject({ status: "completed", completedItems: ITEMS, reservedMicros: 0 });
  const billMicros = world.sandbox.stats().billed_calls * 1350;
  expect(done.sureMicros).toBeLessThanOrEqual(billMicros);
  expect(billMicros).toBeLessThanOrEqual(done.spentMicros);
  return done;
}

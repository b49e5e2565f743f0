import { beforeAll, expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { brokenRules, getRun, listedSellers, tornAnswers } from "./books.ts";
import { rollDice } from "./dice.ts";
import { billedSearches, untilQuiet } from "./in-flight.ts";
import { run } from "./program.ts";
import { post, type Service, startServe, startWorker, untilTrue } from "./service.ts";
import {
  createWorld,
  type Database,
  inventProducts,
  openDatabase,
  switchCacheOff,
  trueSellers,
  type World,
} from "./world.ts";

const LONG = process.env.LONG === "1";
const [ITEMS, KILLS] = LONG ? [500, 100] : [200, 4];
const MINUTES = LONG ? 40 : 3;
const PRICE_MICROS = 1350;
/** A dead process' lanes are with another one by then. */
const TAKEN_OVER_MS = 2_000;
const FROZEN_TAKEN_OVER_MS = 30_000;

const products = inventProducts(ITEMS);
const dice = rollDice("processes");
let truth: string[];

beforeAll(async () => {
  await using world = await createWorld();
  truth = trueSellers(world, products, 1);
});

for (const workers of [5, 50]) {
  test(
    `serve and worker share a run of ${workers} workers: ${KILLS} kills of either lose nothing and double nothing`,
    async () => {
      await using house = await openHouse(workers);
      const takenOver: number[] = [];
      for (let kills = 0; kills < KILLS && (await status(house)) === "running"; kills++) {
        await untilCommitted(house, dice.between(1, Math.ceil(ITEMS / KILLS)));
        takenOver.push(...(await killOne(house, dice.chance(0.5) ? "serve" : "worker")));
      }
      await untilTrue(async () => (await status(house)) === "completed", 60_000);
      await checkBooks(house);
      const slowest = Math.round(Math.max(0, ...takenOver));
      console.log(`${workers} workers: ${takenOver.length} lanes taken over, the slowest after ${slowest} ms`);
      expect(slowest).toBeLessThan(TAKEN_OVER_MS + 500);
    },
    MINUTES * 60_000,
  );
}

test("a frozen process' lane is taken over, and what it writes when it wakes is refused", async () => {
  await using house = await openHouse(20);
  await untilCommitted(house, 10);
  const frozen = await laneOf(house, "worker");
  expect(frozen).toBeDefined();
  house.worker.kill("SIGSTOP");
  const ms = await untilTrue(async () => (await laneOf(house, "worker"))?.epoch !== frozen?.epoch, 40_000);
  console.log(`a frozen lane was taken over after ${Math.round(ms)} ms`);
  expect(ms).toBeLessThan(FROZEN_TAKEN_OVER_MS);
  house.worker.kill("SIGCONT");
  await untilTrue(async () => (await status(house)) === "completed", 60_000);
  await checkBooks(house);
}, 150_000);

test("the database dies again and again under serve and worker, and the run ends by itself", async () => {
  await using house = await openHouse(10, { fsync: true });
  const deaths = LONG ? 10 : 3;
  for (let death = 0; death < deaths; death++) {
    await untilCommitted(house, Math.ceil(ITEMS / (deaths + 2)));
    const pid = Number(
      (await readFile(join(house.world.dataDir, "postgres/data/postmaster.pid"), "utf8")).split("\n")[0],
    );
    process.kill(pid, "SIGKILL");
    await untilTrue(async () => (await fetch(`${house.serve.url}/readyz`)).ok, 5_000);
    await untilTrue(async () => (await countProcesses(house)) === 2, 5_000);
  }
  await untilTrue(async () => (await status(house)) === "completed", 60_000);
  await checkBooks(house);
  const billed = [...(await billedSearches(house.world)).values()];
  expect(billed.reduce((sum, times) => sum + times - 1, 0)).toBeLessThanOrEqual(2 * 10 * deaths);
}, 120_000);

test("a stopped worker hands its lane over and ends with 0; the last one pauses the run, and the next goes on", async () => {
  await using house = await openHouse(20);
  await untilCommitted(house, 10);
  house.worker.kill("SIGTERM");
  expect((await house.worker.ended).code).toBe(0);
  expect(await status(house)).toBe("running");
  await untilCommitted(house, 10);
  house.serve.program.kill("SIGTERM");
  expect((await house.serve.program.ended).code).toBe(0);
  expect(await house.database.read(getRun)).toMatchObject({
    status: "paused",
    pauseReason: "shutdown",
    reservedMicros: 0,
  });
  house.worker = startWorker(house.world.environment);
  house.serve = await startServe(house.world.environment);
  await untilTrue(async () => (await status(house)) === "completed", 60_000);
  await checkBooks(house);
  const billed = await billedSearches(house.world);
  expect([...billed.values()].filter((times) => times > 1)).toEqual([]);
}, 90_000);

test("three runs in two processes stop together at the month's cap", async () => {
  await using house = await openHouse(10, { start: false });
  const capMicros = 150 * PRICE_MICROS;
  const patch = { monthly_cap_cents: Math.floor(capMicros / 10_000), max_concurrent_runs: 10 };
  await fetch(`${house.serve.url}/api/collection/settings`, {
    method: "PATCH",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(patch),
  });
  for (let n = 0; n < 3; n++) {
    const asked = { ...request(20, `month ${n}`), products: withPrefix(`M${n}`), start: true, stop_at_cap: true };
    expect((await post(house.serve, "/runs", asked)).status).toBe(201);
  }
  const rest = () =>
    house.database.read((tx) => tx`select 1 from runs where status = 'running' or reserved_micros > 0`);
  await untilTrue(async () => (await rest()).length === 0, 60_000);
  const spent = await house.database.read((tx) => tx`select sum(spent_micros)::bigint as spent from runs`);
  const bill = house.world.sandbox.stats().billed_calls * PRICE_MICROS;
  expect(bill).toBeLessThanOrEqual(patch.monthly_cap_cents * 10_000);
  expect(Number(spent[0]?.spent)).toBe(bill);
  const paused = await house.database.read(
    (tx) => tx`select 1 from runs where pause_reason = 'budget' and budget_scope = 'month'`,
  );
  expect(paused).toHaveLength(3);
}, 90_000);

interface House extends AsyncDisposable {
  world: World;
  database: Database;
  serve: Service;
  worker: ReturnType<typeof startWorker>;
}

/** `serve` and `worker` on one database, with a run that has begun. */
async function openHouse(workers: number, { start = true, fsync = false } = {}): Promise<House> {
  const world = await createWorld({ conditions: { latencyMs: { min: 20, max: 100 + 8 * workers } } });
  const database = await openDatabase(world.dataDir, { fsync });
  await run(["migrate"], world.environment);
  await switchCacheOff(database);
  const house = {
    world,
    database,
    serve: await startServe(world.environment),
    worker: startWorker(world.environment),
    async [Symbol.asyncDispose]() {
      for (const program of [house.serve.program, house.worker]) {
        program.kill("SIGKILL");
        await program.ended;
      }
      await database[Symbol.asyncDispose]();
      await world[Symbol.asyncDispose]();
    },
  };
  await untilTrue(async () => (await countProcesses(house)) === 2, 20_000);
  if (start) {
    const made = await post(house.serve, "/runs", {
      ...request(workers, "shared"),
      products: asProducts(),
      start: true,
    });
    expect(made.status).toBe(201);
  }
  return house;
}

const request = (workers: number, name: string) => ({ name, workers, pages_per_product: 1, budget_cap_cents: 10_000 });
const asProducts = () => products.map(({ asin, title, price }) => ({ asin, title, price: Number(price) }));
const withPrefix = (prefix: string) => asProducts().map((one) => ({ ...one, title: `${prefix} ${one.title}` }));

const countProcesses = (house: House) =>
  house.database.read((tx) => tx`select 1 from processes where process_is_alive(id)`).then((rows) => rows.length);
const status = async ({ database }: House) => (await database.read(getRun)).status;

async function untilCommitted(house: House, more: number): Promise<void> {
  const done = async () => (await house.database.read(getRun)).completedItems;
  const target = Math.min(ITEMS, (await done()) + more);
  await untilTrue(async () => (await done()) >= target || (await status(house)) !== "running", 60_000);
}

type Name = "serve" | "worker";

async function laneOf({ database }: House, kind: Name): Promise<{ epoch: number } | undefined> {
  const [lane] = await database.read(
    (tx) => tx<{ epoch: number }[]>`
      select epoch from lanes l join processes p on p.id = l.process_id where p.kind = ${kind} and l.workers > 0`,
  );
  return lane;
}

/** @returns how long the lane it had lay about, where it had one; it is started again afterwards */
async function killOne(house: House, kind: Name): Promise<number[]> {
  const before = await laneOf(house, kind);
  const program = kind === "serve" ? house.serve.program : house.worker;
  program.kill("SIGKILL");
  await program.ended;
  const lost = () => house.database.read((tx) => tx`select 1 from lanes where epoch = ${before?.epoch ?? -1}`);
  const ms = before ? [await untilTrue(async () => (await lost()).length === 0, 30_000)] : [];
  if (kind === "serve") house.serve = await startServe(house.world.environment);
  else house.worker = startWorker(house.world.environment);
  return ms;
}

async function checkBooks(house: House): Promise<void> {
  await untilQuiet(house.world);
  await untilTrue(async () => (await house.database.read((tx) => tx`select 1 from lanes`)).length === 0, 10_000);
  expect(await house.database.read(brokenRules)).toEqual([]);
  expect(await tornAnswers(house.world, house.database)).toEqual([]);
  expect(await house.database.read(listedSellers)).toEqual(truth);
  const { status, completedItems, sureMicros, spentMicros } = await house.database.read(getRun);
  expect({ status, completedItems }).toEqual({ status: "completed", completedItems: ITEMS });
  const billMicros = house.world.sandbox.stats().billed_calls * PRICE_MICROS;
  expect(sureMicros).toBeLessThanOrEqual(billMicros);
  expect(billMicros).toBeLessThanOrEqual(spentMicros);
}

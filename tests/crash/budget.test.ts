import { expect, test } from "bun:test";
import { brokenRules, findRun, getRun } from "./books.ts";
import { rollDice } from "./dice.ts";
import { type Ended, type Program, run, start } from "./program.ts";
import { createWorld, type Database, inventProducts, openDatabase, type World, writeProducts } from "./world.ts";

const RUNS = process.env.LONG === "1" ? 20 : 4;
const ITEMS = 150;
const PRICE_MICROS = 1350;
const products = inventProducts(ITEMS);
const dice = rollDice("budget");

for (let number = 1; number <= RUNS; number++) {
  // From a few calls to most of what the run needs.
  const capCents = dice.between(1, 18);
  test(`a run with 50 workers and a cap of ${capCents} cents never passes it, killed once on its way`, async () => {
    await using world = await createWorld({ conditions: { latencyMs: { min: 20, max: 300 } } });
    await using database = await openDatabase(world.dataDir);
    const args = ["collect", "--products", await writeProducts(world, products), "--pages", "1", "--workers", "50"];
    const program = start([...args, "--stop-at-cap", "--budget-cents", String(capCents)], world.environment);
    await killAfterCalls(world, program, dice.between(1, Math.floor((capCents * 10_000) / PRICE_MICROS)));
    const { code } = (await database.read(findRun).catch(() => undefined))
      ? await run(["collect", "--resume", "latest"], world.environment)
      : await program.ended;
    expect(code).toBe(3);
    await expectWithin(capCents, world, database);
    await raiseUntilDone(world, database, capCents);
  }, 60_000);
}

async function killAfterCalls({ sandbox }: World, program: Program, calls: number): Promise<void> {
  let ended = false;
  void program.ended.then(() => {
    ended = true;
  });
  while (!ended && sandbox.stats().calls < calls) await Bun.sleep(3);
  await Bun.sleep(dice.between(0, 60));
  program.kill("SIGKILL");
  await program.ended;
}

/** Both the provider's own bill and what is booked are within the cap, and nothing is open. */
async function expectWithin(capCents: number, { sandbox }: World, database: Database): Promise<void> {
  const capMicros = capCents * 10_000;
  const { status, pauseReason, spentMicros, sureMicros } = await database.read(getRun);
  const billMicros = sandbox.stats().billed_calls * PRICE_MICROS;
  expect({ status, pauseReason }).toEqual({ status: "paused", pauseReason: "budget" });
  expect(spentMicros).toBeLessThanOrEqual(capMicros);
  // Stopped because not one more call fits, and not before.
  expect(spentMicros).toBeGreaterThan(capMicros - PRICE_MICROS);
  expect(billMicros).toBeLessThanOrEqual(spentMicros);
  expect(sureMicros).toBeLessThanOrEqual(billMicros);
  expect(await database.read(brokenRules)).toEqual([]);
}

async function raiseUntilDone({ environment }: World, database: Database, capCents: number): Promise<void> {
  const { id } = await database.read(getRun);
  const resume = (cents: number): Promise<Ended> =>
    run(["collect", "--resume", id, "--budget-cents", String(cents)], environment);
  expect((await resume(capCents - 1)).code).toBe(64);
  expect((await resume(500)).code).toBe(0);
  expect(await database.read(getRun)).toMatchObject({ status: "completed", completedItems: ITEMS });
  expect(await database.read(brokenRules)).toEqual([]);
}

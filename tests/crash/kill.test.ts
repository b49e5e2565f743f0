import { beforeAll, expect, test } from "bun:test";
import type { Dice } from "../../src/providers/sandbox/dice.ts";
import { brokenRules, findRun, getRun, listedSellers, tornAnswers } from "./books.ts";
import { rollDice } from "./dice.ts";
import { billedSearches, boughtInVain, lostSearches, repeatsIn, untilQuiet } from "./in-flight.ts";
import { type Program, run, start } from "./program.ts";
import {
  createWorld,
  type Database,
  inventProducts,
  openDatabase,
  trueSellers,
  type World,
  writeProducts,
} from "./world.ts";

const LONG = process.env.LONG === "1";
const [ITEMS, KILLS] = LONG ? [500, 100] : [200, 6];
const PRICE_MICROS = 1350;
const MINUTES = LONG ? 30 : 2;

const products = inventProducts(ITEMS);
let undisturbed: string[];
const dice = rollDice("kill");

beforeAll(async () => {
  await using world = await createWorld();
  const args = ["collect", "--products", await writeProducts(world, products), "--pages", "1", "--workers", "20"];
  expect((await run(args, world.environment)).code).toBe(0);
  await using database = await openDatabase(world.dataDir);
  undisturbed = await database.read(listedSellers);
  expect(undisturbed).toEqual(trueSellers(world, products, 1));
}, 60_000);

for (const workers of [5, 50]) {
  test(
    `${KILLS} kills of a run with ${workers} workers lose nothing and buy again only what was in flight`,
    async () => {
      const figures: Figures = { kills: 0, lost: [], repeats: 0, calls: 0, resumedMs: [] };
      while (figures.kills < KILLS) await killUntilDone(workers, figures);
      report(workers, figures);
      const inFlight = figures.lost.reduce((sum, count) => sum + count, 0);
      expect(figures.repeats).toBeLessThanOrEqual(inFlight);
      // A worker takes its next item while answers are stored and read: at most as many wait as there are workers.
      expect(inFlight).toBeLessThanOrEqual(2 * workers * figures.kills);
    },
    MINUTES * 60_000,
  );
}

interface Figures {
  kills: number;
  /** Calls in flight at each kill: sent, and the answer not yet stored. */
  lost: number[];
  repeats: number;
  calls: number;
  /** From each start to its first new call. */
  resumedMs: number[];
}

/** One run, killed and resumed again and again until it is done, or killed often enough and then left to end. */
async function killUntilDone(workers: number, figures: Figures): Promise<void> {
  // The more workers, the slower the provider: a run has to last long enough to be killed in its middle.
  await using world = await createWorld({ conditions: { latencyMs: { min: 20, max: 100 + 8 * workers } } });
  await using database = await openDatabase(world.dataDir);
  const begin = ["collect", "--products", await writeProducts(world, products), "--pages", "1", "--json"];
  begin.push("--workers", String(workers), "--budget-cents", "10000");
  const lost: string[] = [];
  for (;;) {
    const started = await findRunIfAny(database);
    if (started?.status === "completed") break;
    const program = start(started ? ["collect", "--resume", "latest", "--json"] : begin, world.environment);
    const resumed = firstCallMs(world, program);
    if (figures.kills === KILLS || !(await killAtRandom(program, database))) {
      expect(await program.ended).toMatchObject({ code: 0 });
      break;
    }
    await untilQuiet(world);
    const lostNow = (await findRunIfAny(database)) ? await lostSearches(world, database, lost) : [];
    lost.push(...lostNow);
    figures.kills += 1;
    figures.lost.push(lostNow.length);
    figures.resumedMs.push(...(await resumed));
  }
  await checkBooks(world, database, lost);
  figures.repeats += repeatsIn(await billedSearches(world)).length;
  figures.calls += world.sandbox.stats().calls;
}

/** At some moment of the start, or once some more items are committed. @returns false when the program ended before. */
async function killAtRandom(program: Program, database: Database): Promise<boolean> {
  let ended = false;
  void program.ended.then(() => {
    ended = true;
  });
  if (dice.chance(0.2)) await Bun.sleep(dice.between(0, 900));
  else await untilCommitted(database, dice.between(1, 2 * Math.ceil(ITEMS / KILLS)), dice, () => ended);
  if (ended) return false;
  program.kill("SIGKILL");
  return (await program.ended).code === null;
}

async function untilCommitted(database: Database, more: number, chance: Dice, ended: () => boolean): Promise<void> {
  const completed = async () => (await findRunIfAny(database))?.completedItems ?? 0;
  const target = (await completed()) + more;
  while (!ended() && (await completed()) < target) await Bun.sleep(3);
  await Bun.sleep(chance.between(0, 20));
}

/** The first program may have died before there was a table to look into. */
const findRunIfAny = (database: Database) => database.read(findRun).catch(() => undefined);

/** Nothing when the program was killed before. */
async function firstCallMs({ sandbox }: World, program: Program): Promise<number[]> {
  const [startedAt, before] = [performance.now(), sandbox.stats().calls];
  let ended = false;
  void program.ended.then(() => {
    ended = true;
  });
  while (!ended) {
    if (sandbox.stats().calls > before) return [performance.now() - startedAt];
    await Bun.sleep(5);
  }
  return [];
}

async function checkBooks(world: World, database: Database, lost: string[]): Promise<void> {
  expect(await database.read(brokenRules)).toEqual([]);
  expect(await tornAnswers(world, database)).toEqual([]);
  expect(await database.read(listedSellers)).toEqual(undisturbed);
  const { status, completedItems, sureMicros, spentMicros } = await database.read(getRun);
  expect({ status, completedItems }).toEqual({ status: "completed", completedItems: ITEMS });
  const billMicros = world.sandbox.stats().billed_calls * PRICE_MICROS;
  expect(sureMicros).toBeLessThanOrEqual(billMicros);
  expect(billMicros).toBeLessThanOrEqual(spentMicros);
  // What was bought again was in flight at a kill, each time: nothing that was committed before.
  expect(await boughtInVain(world, lost)).toEqual([]);
}

function report(workers: number, { kills, lost, repeats, calls, resumedMs }: Figures): void {
  const sorted = resumedMs.toSorted((a, b) => a - b).map(Math.round);
  const inFlight = lost.reduce((sum, count) => sum + count, 0);
  console.log(
    `${workers} workers: ${kills} kills, ${calls} calls, ${inFlight} in flight at the kills (at most ${Math.max(...lost)}), ` +
      `${repeats} billed again; first call after ${sorted[sorted.length >> 1]} ms (at most ${sorted.at(-1)})`,
  );
}

import { expect, test } from "bun:test";
import { readdir, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import { connect } from "../../src/db/client.ts";
import { migrate } from "../../src/db/migrate.ts";
import { brokenRules, findRun, getRun, listedSellers, tornAnswers } from "./books.ts";
import { rollDice } from "./dice.ts";
import { billedSearches, boughtInVain, lostSearches, repeatsIn, untilQuiet } from "./in-flight.ts";
import { type Program, run, start } from "./program.ts";
import { type Commit, type Network, startProxy } from "./proxy.ts";
import {
  createWorld,
  type Database,
  inventProducts,
  type OwnProduct,
  openDatabase,
  switchCacheOff,
  trueSellers,
  type World,
  writeProducts,
} from "./world.ts";

const LONG = process.env.LONG === "1";
const KILLS_PER_POINT = LONG ? 20 : 3;
const ITEMS = 200;
const WORKERS = 5;
const PRICE_MICROS = 1350;

const dice = rollDice("points");

/** Kills the program at the next such point. */
type Point = (house: House, program: Program) => Promise<unknown>;

const POINTS = {
  beforeIntentsAreCommitted: atCommit(books, "before"),
  afterIntentsAreCommitted: atCommit(books, "after"),
  afterAResponse: afterResponse,
  beforeResultsAreCommitted: atCommit(settles, "before"),
  afterResultsAreCommitted: atCommit(settles, "after"),
} satisfies Record<string, Point>;

test(
  `${KILLS_PER_POINT} kills at each point between a call's booking and its result's lose nothing and double nothing`,
  async () => {
    const left = shuffled(Object.entries(POINTS).flatMap((point) => Array(KILLS_PER_POINT).fill(point)));
    const figures: Figures = { kills: 0, lost: {}, repeats: 0 };
    while (left.length > 0) await killUntilDone(left, figures);
    console.log(JSON.stringify(figures));
    const lost = Object.values(figures.lost).reduce((sum, count) => sum + count, 0);
    expect(figures.repeats).toBeLessThanOrEqual(lost);
    expect(lost).toBeLessThanOrEqual(2 * WORKERS * figures.kills);
  },
  LONG ? 600_000 : 90_000,
);

test("answers that were torn before they were booked are bought again, and none of them is read", async () => {
  await using house = await openHouse(40);
  const program = start(house.collect, house.environment);
  await atCommit(settles, "before")(house, program);
  await untilQuiet(house.world);
  const lost = await lostSearches(house.world, house.database, []);
  const torn = await tearAll(join(house.world.dataDir, "raw"), await openCallIds(house));
  expect(torn).toBeGreaterThan(0);
  expect(await run(RESUME, house.environment)).toMatchObject({ code: 0 });
  await checkBooks(house);
  expect(repeatsIn(await billedSearches(house.world))).toHaveLength(torn + lost.length);
}, 60_000);

const RESUME = ["collect", "--resume", "latest", "--json"];

interface Figures {
  kills: number;
  /** Calls in flight at the kills, by the point. */
  lost: Record<string, number>;
  /** Calls billed for a key that was billed before. */
  repeats: number;
}

/** One run, killed at point after point and resumed until it is done or nothing is left to try. */
async function killUntilDone(left: [string, Point][], figures: Figures): Promise<void> {
  await using house = await openHouse(ITEMS);
  const { world, database, environment } = house;
  const lost: string[] = [];
  let command = house.collect;
  for (;;) {
    const program = start(command, environment);
    const [name, point] = left[0] ?? ["", () => program.ended];
    await Promise.race([point(house, program), program.ended]);
    const { code, stderr } = await program.ended;
    if (code !== null) {
      expect({ code, stderr }).toEqual({ code: 0, stderr: expect.anything() });
      break;
    }
    left.shift();
    await untilQuiet(world);
    const lostNow = await lostSearches(world, database, lost);
    lost.push(...lostNow);
    figures.kills += 1;
    figures.lost[name] = (figures.lost[name] ?? 0) + lostNow.length;
    if (await database.read(findRun)) command = RESUME;
  }
  await checkBooks(house);
  // What was bought again was in flight at a kill, each time: nothing whose answer was stored.
  expect(await boughtInVain(world, lost)).toEqual([]);
  figures.repeats += repeatsIn(await billedSearches(world)).length;
}

async function afterResponse({ world: { sandbox } }: House, program: Program): Promise<void> {
  const answered = () => sandbox.stats().calls - sandbox.stats().in_flight;
  const target = answered() + dice.between(1, 20);
  while (answered() < target) await Bun.sleep(1);
  // At once, and while it is read, stored, and waits to be committed.
  await Bun.sleep(dice.between(0, 10));
  program.kill("SIGKILL");
}

/** At one of the next commits of that kind. */
function atCommit(isMeant: (commit: Commit) => boolean, moment: "before" | "after"): Point {
  return ({ proxy }, program) => {
    const dead = Promise.withResolvers<void>();
    let left = dice.between(1, 3);
    proxy.onCommit = async (commit) => {
      if (!isMeant(commit) || --left !== 0) return;
      if (moment === "after") await commit.deliver();
      program.kill("SIGKILL");
      await program.ended;
      commit.cut();
      dead.resolve();
    };
    return dead.promise;
  };
}

function books({ statements }: Commit): boolean {
  return statements.some((text) => text.includes("insert into provider_calls"));
}

function settles({ statements }: Commit): boolean {
  return statements.some((text) => /update provider_calls \w+ set state/.test(text));
}

function shuffled<Item>(items: Item[]): Item[] {
  return items
    .map((item) => ({ item, place: dice.next() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

/** @returns how many answers there were to tear */
async function tearAll(folder: string, callIds: Set<string>): Promise<number> {
  const files = await readdir(folder, { recursive: true });
  const stored = files.filter((file) => callIds.has(/([^/]+)\.zst$/.exec(file)?.[1] ?? ""));
  for (const file of stored) {
    const path = join(folder, file);
    await truncate(path, dice.between(0, (await stat(path)).size - 1));
  }
  return stored.length;
}

async function openCallIds({ database }: House): Promise<Set<string>> {
  const rows = await database.read(
    (tx) => tx<{ id: string }[]>`select id from provider_calls where state = 'reserved'`,
  );
  return new Set(rows.map(({ id }) => id));
}

interface House extends AsyncDisposable {
  world: World;
  database: Database;
  /** Between the program and its database. */
  proxy: Network;
  environment: Record<string, string>;
  products: OwnProduct[];
  /** Begins a run. */
  collect: string[];
}

async function openHouse(items: number): Promise<House> {
  const world = await createWorld({ conditions: { latencyMs: { min: 20, max: 150 } } });
  const database = await openDatabase(world.dataDir);
  const proxy = await startProxy(database.server.application);
  await prepare(database);
  const products = inventProducts(items);
  const collect = ["collect", "--products", await writeProducts(world, products), "--pages", "1", "--json"];
  return {
    world,
    database,
    proxy,
    products,
    environment: { ...world.environment, DATABASE_URL: proxy.urlOf(database.server.application) },
    collect: [...collect, "--workers", String(WORKERS), "--budget-cents", "10000"],
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
      await world[Symbol.asyncDispose]();
    },
  };
}

async function prepare(database: Database): Promise<void> {
  const sql = connect(database.server.application, { max: 1 });
  await migrate(sql);
  await sql.end();
  await switchCacheOff(database);
}

async function checkBooks({ world, database, products }: House): Promise<void> {
  expect(await database.read(brokenRules)).toEqual([]);
  expect(await tornAnswers(world, database)).toEqual([]);
  expect(await database.read(listedSellers)).toEqual(trueSellers(world, products, 1));
  const { status, completedItems, sureMicros, spentMicros } = await database.read(getRun);
  expect({ status, completedItems }).toEqual({ status: "completed", completedItems: products.length });
  const billMicros = world.sandbox.stats().billed_calls * PRICE_MICROS;
  expect(sureMicros).toBeLessThanOrEqual(billMicros);
  expect(billMicros).toBeLessThanOrEqual(spentMicros);
}

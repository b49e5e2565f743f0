import { expect, test } from "bun:test";
import { brokenRules, getRun, listedSellers } from "../crash/books.ts";
import { run, summaryOf } from "../crash/program.ts";
import { createWorld, openDatabase } from "../crash/world.ts";
import { COLLECT } from "./collecting.ts";
import { startOtherProvider } from "./other-provider.ts";

const FIELDS = [
  "run_id",
  "status",
  "pause_reason",
  "categories",
  "products",
  "searched",
  "failed",
  "sellers_found",
  "sellers_new",
  "calls",
  "cost_micros",
  "reserved_micros",
  "duration_ms",
];

test("the summary has exactly its fields, and its figures are the database's and the provider's own", async () => {
  await using world = await createWorld();
  const ended = await run([...COLLECT, "--json"], world.environment);
  expect(ended.code).toBe(0);
  const summary = summaryOf(ended);
  expect(Object.keys(summary)).toEqual(FIELDS);
  const { calls, billed_calls } = world.sandbox.stats();
  expect(summary).toMatchObject({ calls, cost_micros: billed_calls * 1350, reserved_micros: 0, pause_reason: null });
  await using database = await openDatabase(world.dataDir);
  expect(await database.read(getRun)).toMatchObject({ id: summary.run_id, calls, billedCalls: billed_calls });
  expect(await database.read(listedSellers)).toHaveLength(summary.sellers_new);
  expect(await database.read(brokenRules)).toEqual([]);
}, 30_000);

test("another server that speaks the protocol is collected from, by category", async () => {
  await using world = await createWorld();
  await using provider = startOtherProvider();
  const ended = await run([...COLLECT, "--json"], { ...world.environment, OXYLABS_BASE_URL: provider.url });
  expect(ended.code).toBe(0);
  expect(summaryOf(ended)).toMatchObject({ status: "completed", categories: 1, products: 2, searched: 2, failed: 0 });
  expect(summaryOf(ended)).toMatchObject({ sellers_found: 3, sellers_new: 3, calls: 3, cost_micros: 4050 });
  await using database = await openDatabase(world.dataDir);
  expect(await database.read(listedSellers)).toEqual(["anna.shop", "bob_and_sons", "carl-2000"]);
}, 30_000);

test("another server that speaks the protocol is collected from, by own products", async () => {
  await using world = await createWorld();
  await using provider = startOtherProvider();
  const products = `${world.folder}/mine.ndjson`;
  await Bun.write(
    products,
    '{"asin":"X1","title":"Steel bottle","price":"$20.00"}\n{"asin":"X2","title":"Lamp","price":9.5}\n',
  );
  const args = ["collect", "--products", products, "--json", "--export", `${world.folder}/sellers.txt`];
  const ended = await run(args, { ...world.environment, OXYLABS_BASE_URL: provider.url });
  expect(ended.code).toBe(0);
  expect(summaryOf(ended)).toMatchObject({ categories: 0, products: 2, searched: 2, sellers_found: 3, calls: 2 });
  expect(await Bun.file(`${world.folder}/sellers.txt`).text()).toBe("Anna.Shop\nbob_and_sons\ncarl-2000\n");
  // 80 to 120 % over Amazon's price, in list view, new, with free shipping, located in the US.
  expect(provider.searches.sort()).toEqual([
    "Lamp 17.10-20.90 new free US list",
    "Steel bottle 36.00-44.00 new free US list",
  ]);
}, 30_000);

import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { patchSettings } from "../settings/settings.ts";
import { listedSellersOf } from "../testing/cache-for-tests-queries.ts";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { inOrganisation, newRun, testEngine, things, work } from "../testing/engine.ts";
import { imaginaryProvider } from "../testing/imaginary-provider.ts";
import type { Engine } from "./supervisor.ts";

let db: TestDatabase;
let engine: Engine;
const provider = imaginaryProvider({ latencyMs: 2, pagesPerSearch: 1 });

beforeAll(async () => {
  db = await createTestDatabase();
  engine = await testEngine(db.sql, provider);
});
afterAll(() => db.drop());
beforeEach(() => provider.billed.clear());

const collect = async (titles: string[], hours = 20) => {
  await inOrganisation(db.sql, (tx) => patchSettings(tx, { query_cache_hours: hours }));
  const products = things(titles.length).map((one, index) => ({ ...one, title: titles[index] ?? "" }));
  return (await work(engine, await newRun(db.sql, products))).run;
};
const billedCalls = () => [...provider.billed.values()].reduce((sum, times) => sum + times, 0);

test("the same run again costs nothing, finds the same sellers, and is told apart in the counters", async () => {
  const titles = ["red lamp", "blue lamp", "green lamp"];
  const first = await collect(titles);
  const again = await collect(titles);
  expect(billedCalls()).toBe(3);
  expect(again).toMatchObject({ status: "completed", calls: 0, billedCalls: 0, cachedCalls: 3, spentMicros: 0 });
  expect(again.sellersFound).toBe(first.sellersFound);
  expect(await listedSellersOf(db.sql, again.id)).toEqual(await listedSellersOf(db.sql, first.id));
});

test("two products with the same search are one call, and both have its evidence", async () => {
  const run = await collect(["twin kettle", "twin kettle", "other kettle"]);
  expect(run).toMatchObject({ status: "completed", completedItems: 3, calls: 2, cachedCalls: 1 });
  expect(provider.billed.get("search twin kettle 1")).toBe(1);
});

test("two runs that ask the same at the same time pay for it once", async () => {
  const titles = Array.from({ length: 20 }, (_, index) => `shared ${index}`);
  const [one, other] = await Promise.all([collect(titles), collect(titles)]);
  expect([...provider.billed.values()].filter((times) => times > 1)).toEqual([]);
  expect((one?.calls ?? 0) + (other?.calls ?? 0)).toBe(20);
  expect((one?.cachedCalls ?? 0) + (other?.cachedCalls ?? 0)).toBe(20);
});

test("switched off, every request is paid for", async () => {
  await collect(["plain cup"], 0);
  expect((await collect(["plain cup"], 0)).cachedCalls).toBe(0);
  expect(billedCalls()).toBe(2);
});

test("an answer that is older than allowed is not used again", async () => {
  await collect(["old cup"]);
  await inOrganisation(db.sql, (tx) => tx`update query_cache set stored_at = now() - interval '21 hours'`);
  expect((await collect(["old cup"])).cachedCalls).toBe(0);
  expect(billedCalls()).toBe(2);
});

test("an answer that is gone is bought after all", async () => {
  const first = await collect(["lost cup"]);
  const [call] = await inOrganisation(db.sql, (tx) => tx`select call_id from query_cache where run_id = ${first.id}`);
  await engine.rawStore.remove(first.id, String(call?.callId));
  expect(await collect(["lost cup"])).toMatchObject({ status: "completed", calls: 1, cachedCalls: 0 });
  expect(billedCalls()).toBe(2);
});

test("a page that could not be used is no answer for the next run", async () => {
  const blind = imaginaryProvider({
    pagesPerSearch: 1,
    page: (_query, _page, made) => ({ ...made, outcome: "no_sellers_shown", listings: [] }),
  });
  const products = things(1, { title: "blind cup" });
  await work({ ...engine, provider: blind }, await newRun(db.sql, products));
  expect(
    await inOrganisation(db.sql, (tx) => tx`select 1 from query_cache where request_key like '%blind%'`),
  ).toHaveLength(0);
});

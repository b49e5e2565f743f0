import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Tx } from "../db/client.ts";
import { RetryableError } from "../providers/errors.ts";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { inOrganisation, newRun, testEngine, work } from "../testing/engine.ts";
import { makeCall, makeItem, makeRun } from "../testing/factories.ts";
import { imaginaryProvider } from "../testing/imaginary-provider.ts";
import { type TestWeb, testWeb } from "../testing/web.ts";

let database: TestDatabase;
let web: TestWeb;
beforeAll(async () => {
  database = await createTestDatabase();
  web = testWeb(database.sql);
});
afterAll(() => database.drop());

const RUNS = "/api/collection/runs";
const CATEGORIES = ["electronics", "automotive", "baby"].map((id, index) => {
  return { id, name: id, nodeId: String(100 + index), departmentId: id };
});

/** A run over three categories at a provider of which every seventh call fails. */
async function collected(): Promise<string> {
  const provider = imaginaryProvider({
    pagesPerSearch: 3,
    beforeAnswer: ({ number }) => {
      if (number % 7 === 0)
        throw new RetryableError("busy", { code: "http_error", billing: "not_billed", status: 503 });
      return undefined;
    },
  });
  const run = await newRun(database.sql, [], { source: { categories: CATEGORIES }, pagesPerProduct: 3 });
  await work(await testEngine(database.sql, provider), run);
  return run.id;
}

interface Sums {
  [name: string]: number;
}

const sum = (rows: Sums[], name: string) => rows.reduce((total, row) => total + (row[name] ?? 0), 0);

/** Whose first counted sighting was where. */
const firstSightings = (tx: Tx, runId: string) => tx<{ categoryId: string; page: number }[]>`
  select distinct on (s.normalized_name) i.category_id, s.page
  from sightings s join collection_items i on i.id = s.item_id
  where s.run_id = ${runId} and s.counted order by s.normalized_name, s.id`;

const ledger = (tx: Tx, runId: string) => tx<{ categoryId: string; kind: string; page: number; costMicros: number }[]>`
  select i.category_id, c.kind, c.page, c.cost_micros
  from provider_calls c join collection_items i on i.id = c.item_id where c.run_id = ${runId}`;

test("categories sum to the run, and each is what sightings and ledger tell", async () => {
  const id = await collected();
  const run = (await web.json(`${RUNS}/${id}`)).body;
  const { categories } = (await web.json(`${RUNS}/${id}/breakdown`)).body;
  for (const [total, part] of [
    ["products_total", "products"],
    ["sellers_found", "sellers"],
    ["sellers_new", "sellers_new"],
    ["actual_cost_micros", "cost_micros"],
    ["calls", "calls"],
    ["billed_calls", "billed_calls"],
    ["cached_calls", "cached_calls"],
  ] as const) {
    expect([part, sum(categories, part)]).toEqual([part, run[total]]);
  }
  expect(run.sellers_found).toBeGreaterThan(10);
  const [first, calls] = await inOrganisation(database.sql, (tx) =>
    Promise.all([firstSightings(tx, id), ledger(tx, id)]),
  );
  for (const row of categories) {
    expect(row.sellers).toBe(first.filter((seller) => seller.categoryId === row.category_id).length);
    expect(row.cost_micros).toBe(sum(calls.filter((call) => call.categoryId === row.category_id).map(costs), "cost"));
  }
});

test("pages of the searches and best sellers sum to the run, and each is what sightings and ledger tell", async () => {
  const id = await collected();
  const run = (await web.json(`${RUNS}/${id}`)).body;
  const { pages, best_sellers } = (await web.json(`${RUNS}/${id}/breakdown`)).body;
  expect(pages.map((row: Sums) => row.page)).toEqual([1, 2, 3]);
  expect(sum([...pages, best_sellers], "cost_micros")).toBe(run.actual_cost_micros);
  expect(sum([...pages, best_sellers], "calls")).toBe(run.calls);
  expect([sum(pages, "sellers"), sum(pages, "sellers_new")]).toEqual([run.sellers_found, run.sellers_new]);
  const [first, calls] = await inOrganisation(database.sql, (tx) =>
    Promise.all([firstSightings(tx, id), ledger(tx, id)]),
  );
  for (const row of pages) {
    const searches = calls.filter((call) => call.kind === "seller_search" && call.page === row.page);
    expect(row.sellers).toBe(first.filter((seller) => seller.page === row.page).length);
    expect(row.cost_micros).toBe(sum(searches.map(costs), "cost"));
  }
});

const costs = ({ costMicros }: { costMicros: number }): Sums => ({ cost: costMicros });

const OPEN = { state: "reserved", outcome: null, billing: null, costMicros: 0, settledAt: null } as const;
const FREE = { state: "released", billing: "not_billed", costMicros: 0 } as const;

test("cached calls are counted apart; open ones and those that were never sent are no calls", async () => {
  const run = await makeRun(database.sql);
  const item = await makeItem(database.sql, run.id, { categoryId: "baby" });
  const paid = await makeCall(database.sql, run.id, item.id);
  await makeCall(database.sql, run.id, item.id, { ...FREE, outcome: "cached", cachedFrom: paid.id });
  await makeCall(database.sql, run.id, item.id, { ...FREE, outcome: "not_sent" });
  await makeCall(database.sql, run.id, item.id, OPEN);
  const { categories, pages } = (await web.json(`${RUNS}/${run.id}/breakdown`)).body;
  const counts = { calls: 1, billed_calls: 1, cached_calls: 1, cost_micros: 1350, cost_per_new_seller_micros: null };
  expect([categories, pages]).toMatchObject([[counts], [{ ...counts, page: 1 }]]);
});

test("the ledger can be filtered by state and outcome, and tells who made the call and what it was used for", async () => {
  const run = await makeRun(database.sql);
  const item = await makeItem(database.sql, run.id);
  const paid = await makeCall(database.sql, run.id, item.id, { worker: 3 });
  await makeCall(database.sql, run.id, item.id, { ...FREE, outcome: "cached", cachedFrom: paid.id });
  await makeCall(database.sql, run.id, item.id, OPEN);
  const calls = async (query: string) => (await web.json(`${RUNS}/${run.id}/calls?${query}`)).body;
  expect(await calls("outcome=ok")).toMatchObject({
    total: 1,
    calls: [{ worker: 3, billing: "billed", cached_from: null }],
  });
  expect(await calls("outcome=cached")).toMatchObject({ total: 1, calls: [{ worker: null, cached_from: paid.id }] });
  expect(await calls("state=reserved")).toMatchObject({ total: 1, calls: [{ outcome: null, billing: null }] });
  expect((await calls("state=settled&outcome=cached")).total).toBe(0);
  expect((await web.json(`${RUNS}/${run.id}/calls?outcome=good`)).status).toBe(422);
});

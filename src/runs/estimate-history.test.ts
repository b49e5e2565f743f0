import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import fc from "fast-check";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { inOrganisation } from "../testing/engine.ts";
import { makeItem, makeRun } from "../testing/factories.ts";
import { type TestWeb, testWeb } from "../testing/web.ts";
import { type EstimateInput, estimate } from "./estimate.ts";
import { estimateFor } from "./estimate-history.ts";
import type { PastRow } from "./past-queries.ts";

let database: TestDatabase;
let web: TestWeb;
beforeAll(async () => {
  database = await createTestDatabase();
  web = testWeb(database.sql);
});
beforeEach(() =>
  inOrganisation(database.sql, async (tx) => {
    await tx`delete from collection_items`;
    await tx`delete from runs`;
  }),
);
afterAll(() => database.drop());

const input: EstimateInput = {
  categoryIds: ["baby"],
  callPriceMicros: { bestSellers: 1000, sellerSearch: 1000 },
  bestSellerPages: 1,
  pagesPerProduct: 3,
  budgetCapMicros: 25_000_000,
  softWarningPercent: 80,
  attemptLimit: 3,
};

const ask = (change: Partial<EstimateInput> = {}) =>
  inOrganisation(database.sql, (tx) => estimateFor(tx, { ...input, ...change }));

const PRICES = { bestSellersPriceMicros: 1000, sellerSearchPriceMicros: 1000 };

interface Past {
  category?: string;
  /** For each searched product the last page that was asked for. */
  lastPages?: number[];
  /** Paid calls beyond one for each page. */
  again?: number;
  unpriced?: number;
  left?: number;
  run?: Parameters<typeof makeRun>[1];
}

/** A completed run over one category. */
async function pastRun({
  category = "baby",
  lastPages = [1, 2],
  again = 0,
  unpriced = 0,
  left = 0,
  run = {},
}: Past = {}) {
  const pages = lastPages.reduce((sum, page) => sum + page, 0);
  const spentMicros = 1000 * (1 + pages + again);
  const made = {
    status: "completed",
    calls: 1 + pages,
    spentMicros,
    sureMicros: spentMicros,
    ...PRICES,
    ...run,
  } as const;
  const { id } = await makeRun(database.sql, made);
  const item = (given: Parameters<typeof makeItem>[2]) =>
    makeItem(database.sql, id, { categoryId: category, ...given });
  await item({ kind: "best_sellers", costMicros: 1000 });
  for (const [index, nextPage] of lastPages.entries()) {
    await item({ nextPage, costMicros: 1000 * (nextPage + (index === 0 ? again : 0)) });
  }
  for (let n = 0; n < unpriced; n++) await item({ status: "skipped", errorCode: "no_price" });
  for (let n = 0; n < left; n++) await item({ status: "skipped", errorCode: "finished_early" });
  return id;
}

test("without a finished run the formula holds, and there is no past error", async () => {
  await pastRun({ run: { status: "cancelled" } });
  await pastRun({ run: { status: "paused" } });
  expect(await ask()).toEqual({ ...estimate(input), basis: "formula", basisRuns: 0, pastError: null });
});

test("a category costs what its products, their pages and the charged tries were in earlier runs", async () => {
  // Ten products, of which two show no price; eight searches went over 13 pages and took 26 charged calls.
  await pastRun({ lastPages: [1, 1, 1, 1, 1, 2, 3, 3], again: 13, unpriced: 2 });
  expect(await ask()).toMatchObject({ likelyMicros: 1000 * (1 + 26), basis: "history", basisRuns: 1 });
  expect((await ask({ bestSellerPages: 2 })).likelyMicros).toBe(2 * 1000 * (1 + 26));
});

test("fewer pages cost what the first pages were; pages no run has asked for are taken to be there", async () => {
  await pastRun({ lastPages: [1, 2, 3, 3], run: { pagesPerProduct: 3 } });
  expect((await ask({ pagesPerProduct: 1 })).likelyMicros).toBe(1000 * (1 + 4));
  expect((await ask({ pagesPerProduct: 2 })).likelyMicros).toBe(1000 * (1 + 4 + 3));
  expect((await ask({ pagesPerProduct: 5 })).likelyMicros).toBe(1000 * (1 + 4 + 3 + 2 + 2 + 2));
});

test("prices are today's, not those of the earlier runs", async () => {
  await pastRun({ lastPages: [1, 2] });
  const made = await ask({ callPriceMicros: { bestSellers: 5000, sellerSearch: 3000 } });
  expect(made.likelyMicros).toBe(5000 + 3 * 3000);
});

test("each category goes by its own history; one without falls back to the formula", async () => {
  await pastRun({ category: "baby", lastPages: [1, 2] });
  const made = await ask({ categoryIds: ["baby", "automotive"] });
  expect(made.breakdownMicros).toEqual({ baby: 4000, automotive: 1000 * 151 });
  expect(made.breakdownBasis).toEqual({ baby: "history", automotive: "formula" });
  expect([made.basis, made.basisRuns, made.likelyMicros]).toEqual(["history", 1, 155_000]);
});

test("own products go by all searches of earlier runs", async () => {
  await pastRun({ category: "baby", lastPages: [1, 2] });
  await pastRun({ category: "automotive", lastPages: [1, 1] });
  const made = await ask({ categoryIds: [], productCount: 100 });
  expect(made).toMatchObject({ productsMicros: 125_000, likelyMicros: 125_000, basis: "history", basisRuns: 2 });
});

test("with three runs low and high are the cheapest and the dearest; with fewer the formula has its say", async () => {
  await pastRun({ lastPages: [1, 1] });
  await pastRun({ lastPages: [3, 3] });
  expect(await ask()).toMatchObject({ lowMicros: 5000, likelyMicros: 5000, highMicros: 151_000 });
  await pastRun({ lastPages: [2, 2] });
  expect(await ask()).toMatchObject({ lowMicros: 3000, likelyMicros: 5000, highMicros: 7000 });
});

test("answers from the cache make no later run look cheap", async () => {
  const id = await pastRun({ lastPages: [1, 2], run: { cachedCalls: 3, calls: 1 } });
  await inOrganisation(database.sql, (tx) => tx`update collection_items set cost_micros = 0 where run_id = ${id}`);
  expect((await ask()).likelyMicros).toBe(4000);
});

test("products that were left when a run was finished early count as products, its cost as no error", async () => {
  await pastRun({ lastPages: [1, 1], left: 8, run: { estimatedCostMicros: 100_000 } });
  expect(await ask()).toMatchObject({ likelyMicros: 11_000, pastError: null });
});

test("the past error is the median difference, the bias that of all runs together", async () => {
  for (const estimatedCostMicros of [2000, 5000, 8000, 0]) await pastRun({ run: { estimatedCostMicros } });
  expect((await ask()).pastError).toEqual({ runs: 3, medianPercent: 50, biasPercent: -20 });
});

test("only the last 20 completed runs count", async () => {
  const createdAt = new Date("2026-01-01T00:00:00Z");
  await pastRun({ lastPages: [3, 3, 3], run: { createdAt } });
  for (let n = 0; n < 20; n++) await pastRun({ lastPages: [1] });
  expect(await ask()).toMatchObject({ likelyMicros: 2000, basisRuns: 20 });
});

test("POST /estimate says what it goes by and how far off the past was", async () => {
  await pastRun({ lastPages: [1, 2], run: { estimatedCostMicros: 5000 } });
  const response = await web.send("POST", "/api/collection/estimate", { category_ids: ["baby"] });
  expect(await response.json()).toMatchObject({
    total_micros: 4 * 1350,
    basis: "history",
    basis_runs: 1,
    breakdown_basis: { baby: "history" },
    past_error_percent: 20,
    past_bias_percent: -20,
    past_error_runs: 1,
  });
});

const pastRow: fc.Arbitrary<PastRow> = fc
  .record({
    runId: fc.constantFrom("r1", "r2", "r3", "r4"),
    categoryId: fc.constantFrom("baby", "automotive", null),
    estimatedMicros: fc.nat(1_000_000),
    spentMicros: fc.nat(1_000_000),
    hasCached: fc.boolean(),
    pagesPerProduct: fc.integer({ min: 1, max: 10 }),
    bestSellersPriceMicros: fc.constantFrom(0, 1350),
    sellerSearchPriceMicros: fc.constantFrom(0, 1350),
    pagesRead: fc.nat(2),
    pagesTried: fc.nat(2),
    bestSellersMicros: fc.nat(10_000),
    products: fc.nat(100),
    searched: fc.nat(100),
    searchMicros: fc.nat(1_000_000),
    finishedEarly: fc.boolean(),
  })
  .map((row) => ({ ...row, reached: Array.from({ length: 10 }, (_, page) => Math.floor(row.searched / (page + 1))) }));

test("whatever the past was, low <= likely <= high in whole micro-dollars, and the parts sum to the total", () => {
  fc.assert(
    fc.property(fc.array(pastRow, { maxLength: 12 }), fc.nat(500), (past, productCount) => {
      const made = estimate({ ...input, categoryIds: ["baby", "automotive"], productCount }, past);
      const parts = Object.values(made.breakdownMicros).reduce((sum, cost) => sum + cost, made.productsMicros);
      expect(parts).toBe(made.likelyMicros);
      for (const micros of [made.lowMicros, made.likelyMicros, made.highMicros]) expect(micros).toBeInteger();
      expect(made.lowMicros).toBeLessThanOrEqual(made.likelyMicros);
      expect(made.likelyMicros).toBeLessThanOrEqual(made.highMicros);
    }),
  );
});

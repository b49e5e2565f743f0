import { afterAll, beforeAll, expect, test } from "bun:test";
import { newId } from "../ids.ts";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { holdLane, newRun, things } from "../testing/engine.ts";
import { changeRun, makeCall, makeItem, makeRun, makeRunSeller, makeSeller } from "../testing/factories.ts";
import { type TestWeb, testWeb } from "../testing/web.ts";

let database: TestDatabase;
let web: TestWeb;

beforeAll(async () => {
  database = await createTestDatabase();
  web = testWeb(database.sql);
});
afterAll(() => database.drop());

const RUNS = "/api/collection/runs";

test("a run is told with exact micros, cents rounded up, and processed = completed + failed + skipped", async () => {
  const { id } = await makeRun(database.sql, {
    spentMicros: 1_350_001,
    sureMicros: 1_340_000,
    reservedMicros: 1,
    totalItems: 20,
    completedItems: 5,
    failedItems: 2,
    skippedItems: 1,
  });
  expect((await web.json(`${RUNS}/${id}`)).body).toMatchObject({
    id,
    status: "pending",
    pause_reason: null,
    actual_cost_cents: 136,
    actual_cost_micros: 1_350_001,
    sure_cost_cents: 134,
    reserved_cents: 1,
    budget_cap_cents: 2500,
    processed_items: 8,
    failed_items: 2,
    started_at: null,
  });
});

test("a department is completed once all its chosen categories are read", async () => {
  const run = await makeRun(database.sql, { departmentsTotal: 2, categoriesTotal: 3, categoriesCompleted: 2 });
  const read = (categoryId: string, status: "completed" | "pending") =>
    makeItem(database.sql, run.id, { kind: "best_sellers", categoryId, status });
  await read("electronics--tv-video", "completed");
  await read("electronics", "pending");
  await read("automotive", "completed");
  expect((await web.json(`${RUNS}/${run.id}`)).body.departments_completed).toBe(1);
});

test("runs are paged newest first, each once, and history holds the finished ones only", async () => {
  const createdAt = new Date("2026-11-01T00:00:00.001Z");
  for (const status of ["completed", "failed", "cancelled", "paused", "running"] as const) {
    await makeRun(database.sql, { status, createdAt });
  }
  const seen: string[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const { body } = await web.json(`${RUNS}?limit=2${cursor ? `&cursor=${cursor}` : ""}`);
    seen.push(...body.runs.map((run: { id: string }) => run.id));
    cursor = body.next_cursor;
  }
  const all = (await web.json(`${RUNS}?limit=500`)).body;
  expect(seen).toEqual(all.runs.map((run: { id: string }) => run.id));
  expect(new Set(seen).size).toBe(all.total);
  const history = (await web.json(`${RUNS}/history`)).body;
  expect(history.runs.map((run: { status: string }) => run.status).sort()).toEqual([
    "cancelled",
    "completed",
    "failed",
  ]);
  expect((await web.json(`${RUNS}?status=paused`)).body.total).toBe(1);
});

test("history tells duration and yield", async () => {
  const made = { status: "completed", activeMs: 90_000, spentMicros: 2_000_000, sureMicros: 2_000_000 } as const;
  const { id } = await makeRun(database.sql, { ...made, sellersFound: 50, sellersNew: 40 });
  const { body } = await web.json(`${RUNS}/history`);
  expect(body.runs.find((run: { id: string }) => run.id === id)).toMatchObject({
    duration_ms: 90_000,
    cost_per_new_seller_micros: 50_000,
    new_sellers_per_dollar: 20,
  });
});

test("progress shows one entry per worker: those with open calls at work, the rest idle", async () => {
  const run = await newRun(database.sql, things(1), { workers: 3 });
  await using _held = await holdLane(database.sql, run);
  await changeRun(database.sql, run.id, { status: "running", segmentStartedAt: new Date() });
  const item = await makeItem(database.sql, run.id, { status: "processing", categoryId: "electronics" });
  await makeCall(database.sql, run.id, item.id, {
    state: "reserved",
    outcome: null,
    billing: null,
    costMicros: 0,
    settledAt: null,
    page: 2,
  });
  const { body } = await web.json(`${RUNS}/${run.id}/progress`);
  expect(body).toMatchObject({ cost_status: "safe", revision: 2, eta_seconds: null });
  expect(body.worker_status.map((worker: { status: string }) => worker.status)).toEqual(["searching", "idle", "idle"]);
  expect(body.worker_status[0]).toMatchObject({ worker_id: 1, phase: "ebay", category: "Electronics", page: 2 });
});

test("a run whose process has died is told as paused by a shutdown", async () => {
  const { id } = await makeRun(database.sql, {
    status: "running",
    segmentStartedAt: new Date(Date.now() - 60_000),
  });
  const { body } = await web.json(`${RUNS}/${id}`);
  expect(body).toMatchObject({ status: "paused", pause_reason: "shutdown" });
});

test("items can be filtered and paged, each with its reason", async () => {
  const run = await makeRun(database.sql);
  for (let position = 1; position <= 5; position++) await makeItem(database.sql, run.id, { position });
  await makeItem(database.sql, run.id, { status: "failed", position: 9, errorCode: "timeout", errorMessage: "slow" });
  const first = (await web.json(`${RUNS}/${run.id}/items?status=completed&limit=3`)).body;
  const second = (await web.json(`${RUNS}/${run.id}/items?status=completed&limit=3&cursor=${first.next_cursor}`)).body;
  expect([first.total, first.items.length, second.items.length, second.next_cursor]).toEqual([5, 3, 2, null]);
  expect((await web.json(`${RUNS}/${run.id}/items?status=failed`)).body.items).toMatchObject([
    { error_code: "timeout", error_message: "slow", data: { title: "Steel bottle, 24 oz", price: 27.99 } },
  ]);
});

test("the ledger is told newest first, and the breakdown sums to it", async () => {
  const run = await makeRun(database.sql);
  const costs = { automotive: 2700, electronics: 1350 };
  for (const [categoryId, costMicros] of Object.entries(costs)) {
    const item = await makeItem(database.sql, run.id, { categoryId, costMicros });
    await makeCall(database.sql, run.id, item.id, { costMicros, priceMicros: costMicros });
  }
  const seller = await makeSeller(database.sql);
  await makeRunSeller(database.sql, run.id, seller, { categoryId: "automotive" });
  const { calls, total } = (await web.json(`${RUNS}/${run.id}/calls`)).body;
  expect([total, ...calls.map((call: { outcome: string }) => call.outcome)]).toEqual([2, "ok", "ok"]);
  expect((await web.json(`${RUNS}/${run.id}/breakdown`)).body.categories).toMatchObject([
    {
      category_id: "automotive",
      products: 1,
      sellers: 1,
      sellers_new: 1,
      cost_micros: 2700,
      cost_per_new_seller_micros: 2700,
    },
    { category_id: "electronics", products: 1, sellers: 0, sellers_new: 0, cost_per_new_seller_micros: null },
  ]);
});

for (const part of ["", "/progress", "/items", "/calls", "/breakdown"]) {
  for (const id of ["x", newId()]) {
    test(`GET ${RUNS}/${id === "x" ? "x" : "<unknown>"}${part} answers 404 as problem details`, async () => {
      const { status, body } = await web.json(`${RUNS}/${id}${part}`);
      expect([status, body.status, body.code, body.title]).toEqual([404, 404, "run_not_found", "Not Found"]);
    });
  }
}

for (const [query, status] of [
  ["status=done", 422],
  ["limit=-1", 422],
  ["cursor=%F0%9F%92%A9", 400],
] as const) {
  test(`GET ${RUNS}?${query} answers ${status}`, async () => {
    expect((await web.json(`${RUNS}?${query}`)).status).toBe(status);
  });
}

test("the estimate follows the settings and the request's own wishes", async () => {
  const post = async (body: unknown) => (await web.send("POST", "/api/collection/estimate", body)).json();
  const usual = await post({ category_ids: ["electronics", "electronics"] });
  expect(usual).toMatchObject({ total_micros: 1350 * 151, within_budget: true, budget_cap_cents: 2500 });
  expect(Object.keys(usual.breakdown)).toEqual(["electronics"]);
  expect((await post({ category_ids: ["electronics"], pages_per_product: 1, budget_cap_cents: 5 })).within_budget).toBe(
    false,
  );
  const products = [
    { asin: "A", title: "a", price: 5 },
    { asin: "B", title: "b", price: null },
  ];
  expect((await post({ products })).total_micros).toBe(3 * 1350);
});

for (const [body, status, code] of [
  [{}, 400, "one_selection"],
  [{ category_ids: ["electronics"], products: [] }, 400, "one_selection"],
  [{ category_ids: [] }, 400, "empty_selection"],
  [{ category_ids: ["no-such"] }, 400, "unknown_category"],
  [{ category_ids: "electronics" }, 422, "validation"],
  [{ category_ids: ["electronics"], budget: 5 }, 422, "validation"],
  [{ products: [{ asin: "A", title: "t", price: -1 }] }, 422, "validation"],
  [null, 422, "validation"],
] as const) {
  test(`an estimate for ${JSON.stringify(body)} is refused with ${status} ${code}`, async () => {
    const response = await web.send("POST", "/api/collection/estimate", body);
    expect([response.status, (await response.json()).code]).toEqual([status, code]);
  });
}

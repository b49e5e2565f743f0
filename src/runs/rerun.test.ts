import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { inOrganisation } from "../testing/engine.ts";
import { makeItem, makeRun } from "../testing/factories.ts";
import { type TestWeb, testWeb } from "../testing/web.ts";

let db: TestDatabase;
let web: TestWeb;
beforeAll(async () => {
  db = await createTestDatabase();
  web = testWeb(db.sql);
});
beforeEach(() =>
  inOrganisation(
    db.sql,
    (tx) => tx`update settings set max_concurrent_runs = 50,
  best_sellers_price_micros = null, seller_search_price_micros = null`,
  ),
);
afterAll(async () => {
  expect(web.defects).toEqual([]);
  await db.drop();
});

const RUNS = "/api/collection/runs";

test("a run is repeated as it was asked for, whatever became of it, at today's prices", async () => {
  const asked = {
    category_ids: ["electronics", "automotive"],
    name: "Weekly",
    workers: 7,
    best_seller_pages: 2,
    pages_per_product: 1,
    markup_percent_min: 70,
    markup_percent_max: 130,
    budget_cap_cents: 900,
    stop_at_cap: true,
    include_loose_matches: true,
  };
  const first = await post(RUNS, asked);
  await post(`${RUNS}/${first.body.id}/cancel`, {});
  await inOrganisation(db.sql, (tx) => tx`update settings set seller_search_price_micros = 2000, default_workers = 9`);
  const { status, body } = await post(`${RUNS}/${first.body.id}/rerun`, {});
  expect(status).toBe(201);
  expect(body).toMatchObject({ ...asked, name: "Weekly (again)", status: "pending", rerun_of: first.body.id });
  expect(body.estimated_cost_micros).toBeGreaterThan(first.body.estimated_cost_micros);
  expect(body).toMatchObject({ total_items: 4, skipped_items: 0, actual_cost_micros: 0, categories_total: 2 });
});

test("own products are searched again, those without a price included; found ones are not taken along", async () => {
  const products = [
    { asin: "A", title: "Steel bottle", price: 20 },
    { asin: "B", title: "Lamp", price: null },
  ];
  const first = await post(RUNS, { products });
  await inOrganisation(db.sql, (tx) => tx`update collection_items set status = 'failed' where status = 'pending'`);
  const { body } = await post(`${RUNS}/${first.body.id}/rerun`, {});
  expect(body).toMatchObject({ products_source: "products", products_total: 2, skipped_items: 1, failed_items: 0 });
  const { items } = (await web.json(`${RUNS}/${body.id}/items`)).body;
  expect(items).toMatchObject([
    { external_id: "A", status: "pending", attempts: 0, data: { title: "Steel bottle", price: 20 } },
    { external_id: "B", status: "skipped", error_code: "no_price" },
  ]);
});

test("what a category brought in comes anew from the category", async () => {
  const { id } = await makeRun(db.sql, { status: "completed", categoryIds: ["electronics"], totalItems: 2 });
  await makeItem(db.sql, id, { categoryId: "electronics" });
  const { body } = await post(`${RUNS}/${id}/rerun`, {});
  expect(body).toMatchObject({ total_items: 1, products_total: 0, category_ids: ["electronics"] });
});

test("where the run came from stays known, but a repetition is no firing of the schedule", async () => {
  const [templateId, scheduleId] = [crypto.randomUUID(), crypto.randomUUID()];
  const { id } = await makeRun(db.sql, { status: "failed", templateId, presetId: "all", scheduleId });
  const { body } = await post(`${RUNS}/${id}/rerun`, {});
  expect(body).toMatchObject({ template_id: templateId, preset_id: "all", schedule_id: null, rerun_of: id });
});

test("a name that is long already does not grow", async () => {
  const { id } = await makeRun(db.sql, { status: "completed", name: "n".repeat(255) });
  expect((await post(`${RUNS}/${id}/rerun`, {})).body.name).toBe("n".repeat(255));
});

for (const [what, price, given, code] of [
  ["that costs more than its cap by now", 900_000, { budgetCapMicros: 1_000_000 }, "budget_exceeded"],
  ["whose cap covers no call any more", 900_000, { budgetCapMicros: 10_000, stopAtCap: true }, "cap_below_one_call"],
  ["over a category that is gone", 1350, { categoryIds: ["gone"] }, "unknown_category"],
] as const) {
  test(`a run ${what} is not repeated, and nothing is left of the attempt`, async () => {
    const { id } = await makeRun(db.sql, {
      status: "completed",
      ...given,
      categoryIds: [...(given.categoryIds ?? ["automotive"])],
    });
    await inOrganisation(db.sql, (tx) => tx`update settings set best_sellers_price_micros = ${price}`);
    const before = await web.json(RUNS);
    const { status, body } = await post(`${RUNS}/${id}/rerun`, {});
    expect([status, body.code]).toEqual([400, code]);
    expect(await web.json(RUNS)).toEqual(before);
  });
}

async function post(path: string, body: unknown) {
  const response = await web.send("POST", path, body);
  return { status: response.status, body: await response.json() };
}

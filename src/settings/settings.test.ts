import { afterAll, beforeAll, expect, test } from "bun:test";
import { FIRST_ORGANISATION } from "../accounts/organisation.ts";
import { withOrganisation } from "../db/client.ts";
import { ValidationError } from "../errors.ts";
import { DEFAULT_CALL_PRICE_MICROS } from "../providers/oxylabs/prices.ts";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { type TestWeb, testWeb } from "../testing/web.ts";
import { getSettings, patchSettings } from "./settings.ts";

let database: TestDatabase;
let web: TestWeb;

beforeAll(async () => {
  database = await createTestDatabase();
  web = testWeb(database.sql);
});
afterAll(() => database.drop());

const read = () => withOrganisation(database.sql, FIRST_ORGANISATION, getSettings);
const patch = (body: unknown) => withOrganisation(database.sql, FIRST_ORGANISATION, (tx) => patchSettings(tx, body));
const PATH = "/api/collection/settings";

test("settings begin with the documented defaults and the provider's published prices", async () => {
  expect((await web.json(PATH)).body).toMatchObject({
    budget_cap_cents: 2500,
    monthly_cap_cents: null,
    soft_warning_percent: 80,
    markup_percent_min: 80,
    markup_percent_max: 120,
    call_price_micros: { ...DEFAULT_CALL_PRICE_MICROS },
  });
});

test("a patch changes what it names and nothing else", async () => {
  const before = await read();
  const response = await web.send("PATCH", PATH, { pages_per_product: 2, call_price_micros: { seller_search: 500 } });
  expect(response.status).toBe(200);
  const { updatedAt: _then, ...expected } = before;
  expect(await read()).toMatchObject({
    ...expected,
    pagesPerProduct: 2,
    sellerSearchPriceMicros: 500,
    callPriceMicros: { ...before.callPriceMicros, sellerSearch: 500 },
  });
});

test("null takes a cap or an own price away", async () => {
  await patch({ monthly_cap_cents: 100, call_price_micros: { best_sellers: 1 } });
  const after = await patch({ monthly_cap_cents: null, call_price_micros: { best_sellers: null } });
  expect(after.monthlyCapCents).toBeNull();
  expect(after.callPriceMicros.bestSellers).toBe(DEFAULT_CALL_PRICE_MICROS.best_sellers);
});

test("each violation is named with the allowed range, and nothing is changed", async () => {
  const before = await read();
  const response = await web.send("PATCH", PATH, {
    default_workers: 51,
    best_seller_pages: "1",
    call_price_micros: { best_sellers: -1, ebay: 2 },
    colour: "red",
  });
  expect(response.status).toBe(422);
  expect((await response.json()).errors).toEqual([
    { path: "colour", message: "is not a known field" },
    { path: "default_workers", message: "must be a whole number from 1 to 50" },
    { path: "best_seller_pages", message: "must be a whole number from 1 to 2" },
    { path: "call_price_micros.ebay", message: "is not a known field" },
    { path: "call_price_micros.best_sellers", message: "must be a whole number from 0 to 1000000 or null" },
  ]);
  expect(await read()).toEqual(before);
});

test("a markup band that ends before it begins is refused, also when only one end is changed", async () => {
  await expect(patch({ markup_percent_min: 200, markup_percent_max: 100 })).rejects.toBeInstanceOf(ValidationError);
  await expect(patch({ markup_percent_min: 121 })).rejects.toThrow("markup_percent_min");
  expect((await patch({ markup_percent_min: 120 })).markupPercentMin).toBe(120);
});

for (const body of [
  null,
  [],
  "x",
  5,
  { default_workers: null },
  { default_workers: 1.5 },
  { budget_cap_cents: 1e300 },
]) {
  test(`${JSON.stringify(body)} is refused`, async () => {
    await expect(patch(body)).rejects.toBeInstanceOf(ValidationError);
  });
}

test("two patches at once both count", async () => {
  await Promise.all([patch({ default_workers: 7 }), patch({ max_concurrent_runs: 9 })]);
  expect(await read()).toMatchObject({ defaultWorkers: 7, maxConcurrentRuns: 9 });
});

const changes = async (query = "") => (await web.json(`${PATH}/changes${query}`)).body;

test("each change is recorded with the changed fields only, as JSON names them", async () => {
  await patch({ soft_warning_percent: 80, call_price_micros: { seller_search: null } });
  const then = (await changes()).total;
  await withOrganisation(database.sql, FIRST_ORGANISATION, (tx) =>
    patchSettings(
      tx,
      { soft_warning_percent: 70, budget_cap_cents: 2500, call_price_micros: { seller_search: 900 } },
      "ada",
    ),
  );
  const { changes: listed, total } = await changes();
  expect(total).toBe(then + 1);
  expect(listed[0]).toMatchObject({
    user_name: "ada",
    old_value: { soft_warning_percent: 80, call_price_micros: { seller_search: null } },
    new_value: { soft_warning_percent: 70, call_price_micros: { seller_search: 900 } },
  });
  expect(listed[0].old_value).not.toHaveProperty("budget_cap_cents");
});

test("a patch that changes nothing writes nothing", async () => {
  await patch({ soft_warning_percent: 60, monthly_cap_cents: null });
  const [before, { total }] = [await read(), await changes()];
  for (const same of [{}, { soft_warning_percent: 60, monthly_cap_cents: null }]) await patch(same);
  await expect(patch({ soft_warning_percent: 50, default_workers: 0 })).rejects.toBeInstanceOf(ValidationError);
  expect(await read()).toEqual(before);
  expect((await changes()).total).toBe(total);
});

test("changes are paged newest first, each once", async () => {
  for (const days of [11, 12, 13, 14, 15]) await patch({ raw_retention_days: days });
  const first = await changes("?limit=3");
  const second = await changes(`?limit=3&cursor=${first.next_cursor}`);
  const days = [...first.changes, ...second.changes].map((change) => change.new_value.raw_retention_days);
  expect(days.slice(0, 5)).toEqual([15, 14, 13, 12, 11]);
  expect((await web.json(`${PATH}/changes?colour=red`)).status).toBe(422);
});

test("what the provider's plan allows is not limited until it is set", async () => {
  const limits = { provider_requests_per_second: 50, provider_concurrency: 20, resume_in_new_month: true };
  expect((await web.json(PATH)).body).toMatchObject({
    provider_requests_per_second: null,
    provider_concurrency: null,
    resume_in_new_month: false,
  });
  const response = await web.send("PATCH", PATH, limits);
  expect(await response.json()).toMatchObject(limits);
  for (const wrong of [
    { provider_concurrency: 0 },
    { provider_requests_per_second: 1001 },
    { resume_in_new_month: 1 },
  ]) {
    await expect(patch(wrong)).rejects.toBeInstanceOf(ValidationError);
  }
});

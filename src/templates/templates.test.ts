import { afterAll, beforeAll, expect, test } from "bun:test";
import { departments } from "../catalog/catalog.ts";
import { newId } from "../ids.ts";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { inOrganisation } from "../testing/engine.ts";
import { type TestWeb, testWeb } from "../testing/web.ts";
import { runRequestOf } from "./run-request.ts";

let db: TestDatabase;
let web: TestWeb;
beforeAll(async () => {
  db = await createTestDatabase();
  web = testWeb(db.sql);
});
afterAll(() => db.drop());

const TEMPLATES = "/api/collection/templates";
const CATEGORIES = ["electronics--headphones", "pet-supplies--dogs"];
const post = (body: object) => web.send("POST", TEMPLATES, body);
const patch = (id: string, body: object) => web.send("PATCH", `${TEMPLATES}/${id}`, body);
const read = async (id: string) => (await web.json(`${TEMPLATES}/${id}`)).body;
let count = 0;
async function make(more: object = { category_ids: CATEGORIES }): Promise<string> {
  count += 1;
  const response = await post({ name: `Template ${count}`, ...more });
  expect(response.status).toBe(201);
  return (await response.json()).id;
}
const requestOf = (id: string) => inOrganisation(db.sql, (tx) => runRequestOf(tx, id));
const categoriesOf = async (id: string) => {
  const { source } = await requestOf(id);
  return "categories" in source ? source.categories.map((category) => category.id) : [];
};

test("a template is made, read, changed and deleted", async () => {
  const given = { description: "all of it", concurrency: 50, pages_per_product: 10, budget_cap_cents: 100 };
  const id = await make({ category_ids: CATEGORIES, ...given });
  expect(await read(id)).toMatchObject({ ...given, category_ids: CATEGORIES, preset_id: null, is_default: false });

  expect((await patch(id, { concurrency: null, name: "Renamed" })).status).toBe(200);
  expect(await read(id)).toMatchObject({ ...given, name: "Renamed", concurrency: null, category_ids: CATEGORIES });

  expect((await web.ask(`${TEMPLATES}/${id}`, { method: "DELETE" })).status).toBe(204);
  expect((await web.json(`${TEMPLATES}/${id}`)).status).toBe(404);
});

const both = { category_ids: CATEGORIES, preset_id: "all" };
const refused: [what: string, body: object, status: number, code: string][] = [
  ["no selection", {}, 400, "one_selection"],
  ["two selections", both, 400, "one_selection"],
  ["an empty selection", { category_ids: [] }, 400, "empty_selection"],
  ["no department", { department_ids: [] }, 400, "empty_selection"],
  ["an unknown category", { category_ids: ["nowhere"] }, 400, "unknown_category"],
  ["an unknown department", { department_ids: ["nowhere"] }, 400, "unknown_department"],
  ["an unknown preset", { preset_id: newId() }, 400, "unknown_preset"],
  ["a preset that is not on offer", { preset_id: "top-10" }, 400, "unknown_preset"],
  ["no workers", { preset_id: "all", concurrency: 0 }, 422, "validation"],
  ["too many workers", { preset_id: "all", concurrency: 51 }, 422, "validation"],
  ["too many pages", { preset_id: "all", pages_per_product: 11, best_seller_pages: 3 }, 422, "validation"],
  [
    "a band that ends before it begins",
    { preset_id: "all", markup_percent_min: 2, markup_percent_max: 1 },
    422,
    "validation",
  ],
  ["an unknown field", { preset_id: "all", workers: 5 }, 422, "validation"],
];
for (const [what, body, status, code] of refused) {
  test(`${what}: refused with ${status} ${code}, whether made or changed, and nothing is written`, async () => {
    const before = (await web.json(TEMPLATES)).body;
    const response = await post({ name: "Refused", ...body });
    expect([response.status, (await response.json()).code]).toEqual([status, code]);
    expect((await web.json(TEMPLATES)).body).toEqual(before);

    if (what === "no selection") return;
    const id = await make();
    const unchanged = await read(id);
    expect((await patch(id, body)).status).toBe(status);
    expect(await read(id)).toEqual(unchanged);
  });
}

test("a name is taken whatever its case, also for two that take it at once", async () => {
  const id = await make();
  const { name } = await read(id);
  const again = await post({ name: name.toUpperCase(), preset_id: "all" });
  expect([again.status, (await again.json()).code]).toEqual([409, "name_taken"]);
  const other = await make();
  expect((await patch(other, { name })).status).toBe(409);
  const race = await Promise.all(["Race", "RACE"].map((one) => post({ name: one, preset_id: "all" })));
  expect(race.map(({ status }) => status).sort()).toEqual([201, 409]);
});

test("a selection that is named takes the place of the old one, whatever its kind", async () => {
  const id = await make();
  await patch(id, { preset_id: "all" });
  expect(await read(id)).toMatchObject({ category_ids: null, preset_id: "all" });
  await patch(id, { preset_id: null, department_ids: ["electronics"] });
  expect(await read(id)).toMatchObject({ department_ids: ["electronics"], preset_id: null });
  expect((await patch(id, { department_ids: null })).status).toBe(400);
});

test("at most one template is the default, also when several take it at once", async () => {
  const ids = [await make(), await make(), await make({ preset_id: "all", is_default: true })];
  const answers = await Promise.all(ids.map((id) => patch(id, { is_default: true })));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  const defaults = await inOrganisation(db.sql, (tx) => tx`select id from templates where is_default`);
  expect(defaults).toHaveLength(1);
  await patch(String(defaults[0]?.id), { is_default: false });
  expect(await inOrganisation(db.sql, (tx) => tx`select id from templates where is_default`)).toHaveLength(0);
});

test("a refused change does not take the default from the other", async () => {
  const holder = await make({ preset_id: "all", is_default: true });
  expect((await patch(await make(), { is_default: true, category_ids: ["nowhere"] })).status).toBe(400);
  expect((await read(holder)).is_default).toBe(true);
});

test("a run of a template gets what the template decides, and nothing else", async () => {
  const id = await make({ category_ids: CATEGORIES, concurrency: 7, budget_cap_cents: 12, stop_at_cap: true });
  const { source: _source, ...plan } = await requestOf(id);
  expect(plan).toEqual({ workers: 7, budgetCapMicros: 120_000, stopAtCap: true, templateId: id });
  expect(await categoriesOf(id)).toEqual(CATEGORIES);
});

test("a preset is looked up when the run is made, so a later change of it counts", async () => {
  const made = await web.send("POST", "/api/amazon/presets", { name: "Moving", category_ids: CATEGORIES });
  const presetId = (await made.json()).id;
  const id = await make({ preset_id: presetId });
  expect(await categoriesOf(id)).toEqual(CATEGORIES);
  await web.send("PATCH", `/api/amazon/presets/${presetId}`, { category_ids: ["automotive"] });
  expect(await categoriesOf(id)).toEqual(["automotive"]);
  expect((await requestOf(id)).presetId).toBe(presetId);
});

test("a department stands for its categories, or for its own list where it has none", async () => {
  const withCategories = departments.find(({ categories }) => categories.length > 1);
  const without = departments.find(({ categories, nodeId }) => categories.length === 0 && nodeId !== null);
  if (!withCategories || !without) throw new Error("the catalogue has departments of both kinds");
  const id = await make({ department_ids: [without.id, withCategories.id] });
  const expected = [without.id, ...withCategories.categories.map((category) => category.id)];
  expect((await categoriesOf(id)).sort()).toEqual(expected.sort());
});

test("a template that a schedule uses is kept, and the refusal names the schedule", async () => {
  const id = await make();
  const body = { name: "Nightly", template_id: id, cron: "0 3 * * *", time_zone: "UTC" };
  const schedule = await (await web.send("POST", "/api/collection/schedules", body)).json();
  const refusal = await web.ask(`${TEMPLATES}/${id}`, { method: "DELETE" });
  expect(refusal.status).toBe(409);
  expect(await refusal.json()).toMatchObject({ code: "template_in_use", schedules: ["Nightly"] });
  expect((await web.ask(`/api/collection/schedules/${schedule.id}`, { method: "DELETE" })).status).toBe(204);
  expect((await web.ask(`${TEMPLATES}/${id}`, { method: "DELETE" })).status).toBe(204);
});

test("ids that are unknown, or none at all, are 404; the list pages through each template once", async () => {
  for (const id of [newId(), "x"]) {
    expect((await web.json(`${TEMPLATES}/${id}`)).status).toBe(404);
    expect((await patch(id, { name: "Mine" })).status).toBe(404);
    expect((await web.ask(`${TEMPLATES}/${id}`, { method: "DELETE" })).status).toBe(404);
  }
  const all = (await web.json(`${TEMPLATES}?limit=500`)).body;
  const seen: string[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const { body } = await web.json(`${TEMPLATES}?limit=2${cursor && `&cursor=${cursor}`}`);
    seen.push(...body.templates.map((template: { id: string }) => template.id));
    cursor = body.next_cursor;
  }
  expect(seen).toEqual(all.templates.map((template: { id: string }) => template.id));
  expect(seen).toHaveLength(all.total);
});

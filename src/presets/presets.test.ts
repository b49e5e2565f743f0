import { afterAll, beforeAll, expect, test } from "bun:test";
import { FIRST_ORGANISATION } from "../accounts/organisation.ts";
import { ALL, ALL_PRESET } from "../catalog/catalog.ts";
import { withOrganisation } from "../db/client.ts";
import { NotFoundError } from "../errors.ts";
import { newId, type OrganisationId } from "../ids.ts";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { inOrganisation } from "../testing/engine.ts";
import { makeItem, makeRun, makeRunSeller, makeSeller } from "../testing/factories.ts";
import { type TestWeb, testWeb } from "../testing/web.ts";
import { categoriesOfPreset, createPreset } from "./presets.ts";

let db: TestDatabase;
let web: TestWeb;
beforeAll(async () => {
  db = await createTestDatabase();
  web = testWeb(db.sql);
});
afterAll(() => db.drop());

const PRESETS = "/api/amazon/presets";
const CATEGORIES = ["electronics--headphones", "pet-supplies--dogs"];
const post = (body: unknown) => web.send("POST", PRESETS, body);
const make = async (name: string) => (await (await post({ name, category_ids: CATEGORIES })).json()).id;
const names = async (query = "") =>
  (await web.json(`${PRESETS}${query}`)).body.presets.map((preset: { name: string }) => preset.name);

test("before any run only All is on offer, and Top 10 is not there", async () => {
  expect(await names()).toEqual(["All"]);
  expect((await web.json(`${PRESETS}/top-10`)).status).toBe(404);
  expect((await web.json(`${PRESETS}/all`)).body).toMatchObject({
    built_in: true,
    category_ids: ALL.map(({ id }) => id),
  });
});

test("a preset is made with each category once, read and listed", async () => {
  const response = await post({ name: "  Two   things ", category_ids: [...CATEGORIES, ...CATEGORIES] });
  expect(response.status).toBe(201);
  const made = await response.json();
  expect(made).toMatchObject({ name: "Two things", built_in: false, category_ids: CATEGORIES });
  expect((await web.json(`${PRESETS}/${made.id}`)).body).toEqual(made);
  expect(await names()).toEqual(["All", "Two things"]);
});

const refused: [what: string, body: unknown, status: number, code: string][] = [
  ["an empty selection", { name: "x", category_ids: [] }, 400, "empty_selection"],
  ["an unknown category", { name: "x", category_ids: ["nowhere", "electronics--headphones"] }, 400, "unknown_category"],
  ["a taken name in another case", { name: "TWO THINGS", category_ids: CATEGORIES }, 409, "name_taken"],
  ["the name of a built-in preset", { name: "top 10", category_ids: CATEGORIES }, 409, "name_taken"],
  ["a name that cannot be seen", { name: "\u200b ", category_ids: CATEGORIES }, 422, "validation"],
  ["no name", { category_ids: CATEGORIES }, 422, "validation"],
  ["an unknown field", { name: "x", category_ids: CATEGORIES, colour: "red" }, 422, "validation"],
];
for (const [what, body, status, code] of refused) {
  test(`${what} is refused with ${status} ${code}, and nothing is made`, async () => {
    const response = await post(body);
    expect([response.status, (await response.json()).code]).toEqual([status, code]);
    expect(await names()).toEqual(["All", "Two things"]);
  });
}

test("the refusal names every unknown category", async () => {
  const { detail } = await (await post({ name: "x", category_ids: ["nowhere", "elsewhere"] })).json();
  expect(detail).toContain('"nowhere"');
  expect(detail).toContain('"elsewhere"');
});

test("of two that take a name at once one is told that it is taken", async () => {
  const answers = await Promise.all(["Race", "race"].map((name) => post({ name, category_ids: CATEGORIES })));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
});

test("a patch changes what it names; the own name in another case is no conflict", async () => {
  const id = await make("Patched");
  const renamed = await web.send("PATCH", `${PRESETS}/${id}`, { name: "PATCHED" });
  expect(await renamed.json()).toMatchObject({ name: "PATCHED", category_ids: CATEGORIES });
  const narrowed = await web.send("PATCH", `${PRESETS}/${id}`, { category_ids: ["electronics--headphones"] });
  expect(await narrowed.json()).toMatchObject({ name: "PATCHED", category_ids: ["electronics--headphones"] });
  expect((await web.send("PATCH", `${PRESETS}/${id}`, { name: "Two things" })).status).toBe(409);
  expect((await web.send("PATCH", `${PRESETS}/${id}`, { category_ids: [] })).status).toBe(400);
});

test("built-in presets can be neither changed nor deleted", async () => {
  for (const id of ["all", "top-10"]) {
    expect((await web.send("PATCH", `${PRESETS}/${id}`, { name: "Mine" })).status).toBe(400);
    expect((await web.ask(`${PRESETS}/${id}`, { method: "DELETE" })).status).toBe(400);
  }
});

test("ids that are unknown, or none at all, are 404", async () => {
  for (const id of [newId(), "x", "%00", "ALL"]) {
    expect((await web.json(`${PRESETS}/${id}`)).status).toBe(404);
    expect((await web.send("PATCH", `${PRESETS}/${id}`, { name: "Mine" })).status).toBe(404);
    expect((await web.ask(`${PRESETS}/${id}`, { method: "DELETE" })).status).toBe(404);
  }
});

test("a preset is deleted unless a template uses it: then the refusal names the templates", async () => {
  const id = await make("Used");
  const template = await web.send("POST", "/api/collection/templates", { name: "Weekly", preset_id: id });
  const refusal = await web.ask(`${PRESETS}/${id}`, { method: "DELETE" });
  expect(refusal.status).toBe(409);
  expect(await refusal.json()).toMatchObject({ code: "preset_in_use", templates: ["Weekly"] });
  expect((await web.json(`${PRESETS}/${id}`)).status).toBe(200);

  await web.ask(`/api/collection/templates/${(await template.json()).id}`, { method: "DELETE" });
  expect((await web.ask(`${PRESETS}/${id}`, { method: "DELETE" })).status).toBe(204);
  expect((await web.json(`${PRESETS}/${id}`)).status).toBe(404);
});

test("Top 10 holds the ten categories that yielded most new sellers per dollar, best first", async () => {
  const run = await makeRun(db.sql, { status: "completed" });
  const ids = ALL.slice(0, 12).map(({ id }) => id);
  for (const [index, categoryId] of ids.entries()) {
    await makeItem(db.sql, run.id, { categoryId, costMicros: 1000 * (20 - index) });
    await makeRunSeller(db.sql, run.id, await makeSeller(db.sql), { categoryId, isNew: index !== 11 });
  }
  expect(await inOrganisation(db.sql, (tx) => categoriesOfPreset(tx, "top-10"))).toEqual(ids.slice(1, 11).reverse());
  expect(await names()).toContain("Top 10");
});

test("pages of one show each preset once, the built-in ones first", async () => {
  const expected = await names();
  const seen: string[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const { body } = await web.json(`${PRESETS}?limit=1${cursor && `&cursor=${cursor}`}`);
    expect(body.total).toBe(expected.length);
    seen.push(...body.presets.map((preset: { name: string }) => preset.name));
    cursor = body.next_cursor;
  }
  expect(seen).toEqual(expected);
  expect(seen.slice(0, 2)).toEqual(["All", "Top 10"]);
});

test("another organisation's preset is not there", async () => {
  const id = await make("Mine alone");
  const foreign = newId<OrganisationId>();
  const look = withOrganisation(db.sql, foreign, (tx) => categoriesOfPreset(tx, id));
  await expect(look).rejects.toBeInstanceOf(NotFoundError);
});

test("all categories are selected by their built-in preset's key", async () => {
  const ids = await inOrganisation(db.sql, (tx) => categoriesOfPreset(tx, "all"));
  expect(ids).toEqual([...ALL_PRESET.categoryIds]);
  const mine = await inOrganisation(db.sql, (tx) =>
    createPreset(tx, FIRST_ORGANISATION, { name: "By service", category_ids: CATEGORIES }),
  );
  expect(await inOrganisation(db.sql, (tx) => categoriesOfPreset(tx, mine.id))).toEqual(CATEGORIES);
});

import { afterAll, beforeAll, expect, test } from "bun:test";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { inOrganisation, newRun, testEngine, work } from "../testing/engine.ts";
import { imaginaryProvider } from "../testing/imaginary-provider.ts";
import { getCategories } from "./catalog.ts";
import { toCategoriesJson } from "./categories-json.ts";
import { listYields } from "./queries.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

test("each category tells what it has brought and cost, and the sum is the run's", async () => {
  const ids = ["electronics--headphones", "pet-supplies--dogs"];
  const created = await newRun(db.sql, [], { source: { categories: getCategories(ids) } });
  const { run } = await work(await testEngine(db.sql, imaginaryProvider()), created);
  const yields = await inOrganisation(db.sql, listYields);
  const sum = (value: (one: (typeof yields)[number]) => number) => yields.reduce((total, one) => total + value(one), 0);
  expect([sum((y) => y.sellersNew), sum((y) => y.costMicros)]).toEqual([run.sellersNew, run.spentMicros]);

  const categories = toCategoriesJson([], yields).departments.flatMap((department) => department.categories);
  expect(categories.filter((category) => category.yield !== null).map(({ id }) => id)).toEqual(ids);
});

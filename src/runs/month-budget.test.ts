import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { FIRST_ORGANISATION } from "../accounts/organisation.ts";
import { monthOf } from "../money.ts";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { inOrganisation } from "../testing/engine.ts";
import { insertRow } from "../testing/factory-queries.ts";
import { type TestWeb, testWeb } from "../testing/web.ts";
import { getMonthBudget } from "./month-budget.ts";

let database: TestDatabase;
let web: TestWeb;
beforeAll(async () => {
  database = await createTestDatabase();
  web = testWeb(database.sql);
});
beforeEach(() => inOrganisation(database.sql, (tx) => tx`delete from budget_months`));
afterAll(() => database.drop());

const NOVEMBER = new Date("2026-11-30T23:59:59.999Z");
const orgId = FIRST_ORGANISATION;
const spend = (month: string, spentMicros: number, reservedMicros = 0) =>
  inOrganisation(database.sql, (tx) => insertRow(tx, "budget_months", { orgId, month, spentMicros, reservedMicros }));
const cap = (cents: number | null) =>
  inOrganisation(database.sql, (tx) => tx`update settings set monthly_cap_cents = ${cents}`);
const budget = (now: Date) => inOrganisation(database.sql, (tx) => getMonthBudget(tx, orgId, now));

test("the month is the UTC month, from its first to its last millisecond", () => {
  expect(monthOf(NOVEMBER)).toBe("2026-11-01");
  expect(monthOf(new Date(NOVEMBER.getTime() + 1))).toBe("2026-12-01");
});

test("a month without a cap tells what is spent and no limit", async () => {
  await cap(null);
  await spend(monthOf(new Date()), 1_234_567, 1);
  expect((await web.json("/api/collection/budget")).body).toMatchObject({
    monthly_cap_cents: null,
    spent_micros: 1_234_567,
    spent_cents: 124,
    reserved_cents: 1,
    left_cents: null,
    warning_threshold_cents: null,
    cost_status: "safe",
  });
});

test("what is reserved is not left, and what is left is rounded down to the cent", async () => {
  await cap(1000);
  await spend(monthOf(new Date()), 7_000_000, 999_999);
  const { body } = await web.json("/api/collection/budget");
  expect(body).toMatchObject({
    left_micros: 2_000_001,
    left_cents: 200,
    warning_threshold_cents: 800,
    cost_status: "safe",
  });
});

test("the warning begins at its share of the cap, and a used up month is exceeded", async () => {
  await cap(1000);
  await spend("2026-11-01", 7_000_000, 1_000_000);
  await spend("2026-12-01", 10_000_000);
  expect(await budget(NOVEMBER)).toMatchObject({ costStatus: "warning", resetsAt: new Date("2026-12-01T00:00:00Z") });
  expect(await budget(new Date("2026-12-05T00:00:00Z"))).toMatchObject({ costStatus: "exceeded", leftMicros: 0 });
});

test("a cap below what is spent leaves nothing, not less than nothing; another month starts anew", async () => {
  await cap(100);
  await spend("2026-11-01", 7_000_000);
  expect(await budget(NOVEMBER)).toMatchObject({ leftMicros: 0, costStatus: "exceeded" });
  expect(await budget(new Date("2027-01-01T00:00:00Z"))).toMatchObject({ leftMicros: 1_000_000, spentMicros: 0 });
});

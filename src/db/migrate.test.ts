import { afterAll, beforeAll, expect, test } from "bun:test";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { MIGRATIONS, migrate, pendingMigrations } from "./migrate.ts";
import type { Migration } from "./migrations.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

test("the migrations are in order and complete", () => {
  const names = MIGRATIONS.map(({ name }) => name);
  expect(names.length).toBeGreaterThan(0);
  expect(names.map((name) => Number(name.slice(0, 4)))).toEqual(names.map((_, index) => index));
});

test("a migration that fails half way leaves no trace", async () => {
  const broken = next("broken", ["create table half (n int)", "select 1 / 0"]);
  expect(migrate(database.sql, [...MIGRATIONS, broken])).rejects.toThrow("division by zero");
  const [row] = await database.sql`select to_regclass('half') as half`;
  expect(row?.half).toBeNull();
  expect(await pendingMigrations(database.sql, [...MIGRATIONS, broken])).toEqual([broken]);
});

test("processes that start together apply each migration once", async () => {
  const added = next("added", ["create table added (n int)", "insert into added values (1)"]);
  const results = await Promise.all([1, 2, 3, 4].map(() => migrate(database.sql, [...MIGRATIONS, added])));
  expect(results.flat()).toEqual([added.name]);
  const [row] = await database.sql`select count(*) as rows from added`;
  expect(row?.rows).toBe(1);
});

test("a database that is newer than the program is refused and not touched", async () => {
  expect(migrate(database.sql)).rejects.toThrow("newer than this program (it has 9000_added)");
});

test("a migration that was edited after it was applied is refused", async () => {
  const edited = next("added", ["select 2"]);
  expect(pendingMigrations(database.sql, [...MIGRATIONS, edited])).rejects.toThrow("9000_added was edited");
});

test("a migration that was slipped in before an applied one is refused", async () => {
  const late = { ...next("late", ["select 1"]), name: "8999_late" };
  const added = next("added", []);
  expect(pendingMigrations(database.sql, [...MIGRATIONS, late, added])).rejects.toThrow("lacks 8999_late");
});

function next(title: string, statements: string[]): Migration {
  return { name: `9000_${title}`, hash: statements.join(), statements };
}

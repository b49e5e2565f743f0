import { afterAll, beforeAll, expect, test } from "bun:test";
import { FIRST_ORGANISATION } from "../accounts/organisation.ts";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { inTransaction, withOrganisation } from "./client.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

test("columns are camelCase, and the keys inside JSON values are what was stored", async () => {
  const [row] = await database.sql`select 1 as times_seen, '{"old_value": 1}'::jsonb as raw_data`;
  expect({ ...row }).toEqual({ timesSeen: 1, rawData: { old_value: 1 } });
});

test("amounts and counts are numbers, points in time are Dates in UTC", async () => {
  const [row] = await database.sql`
    select 9007199254740991::int8 as most, count(*) as rows, sum(2::int8) as total, '2026-01-02 03:04Z'::timestamptz as at`;
  expect({ ...row }).toEqual({ most: 9007199254740991, rows: 1, total: 2, at: new Date("2026-01-02T03:04:00Z") });
});

test("the organisation is set within its transaction and nowhere else", async () => {
  const current = `select current_setting('app.org_id', true) as id`;
  const [inside] = await withOrganisation(database.sql, FIRST_ORGANISATION, (tx) => tx.unsafe(current));
  expect(inside?.id).toBe(FIRST_ORGANISATION);
  for (let turn = 0; turn < 20; turn++) {
    const [outside] = await database.sql.unsafe(current);
    expect(outside?.id ?? "").toBe("");
  }
});

test("a transaction that throws keeps nothing, and gives its error as it is", async () => {
  const failing = inTransaction(database.sql, async (tx) => {
    await tx`create table never (n int)`;
    throw new RangeError("changed my mind");
  });
  expect(failing).rejects.toThrow(RangeError);
  const [row] = await database.sql`select to_regclass('never') as never`;
  expect(row?.never).toBeNull();
});

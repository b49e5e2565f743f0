import { afterAll, beforeAll, expect, test } from "bun:test";
import fc from "fast-check";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { array } from "./array.ts";
import { storableText } from "./storable.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

test("texts of every kind come back as they were", async () => {
  const odd = [
    "",
    "null",
    "NULL",
    "{}",
    ",",
    '"',
    "\\",
    '\\"',
    "\n\t\b\f\r\u0001\u001f",
    "é😀",
    "a b",
    "\\n",
    "\\\\u0041",
  ];
  const [row] = await db.sql`select to_jsonb(${array([...odd, null, undefined])}::text[]) as back`;
  expect(row?.back).toEqual([...odd, null, null]);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: "binary" }).map(storableText)), async (texts) => {
      const [{ back } = {}] = await db.sql`select to_jsonb(${array(texts)}::text[]) as back`;
      expect(back).toEqual(texts);
    }),
    { numRuns: 200 },
  );
});

test("numbers, truth values and instants keep their value", async () => {
  const [row] = await db.sql`
    select to_jsonb(${array([1, -2.5, null, 1e21])}::float8[]) as numbers, to_jsonb(${array([true, null, false])}::bool[]) as flags,
      to_jsonb(${array([new Date(0), null])}::timestamptz[]) as instants, to_jsonb(${array([])}::uuid[]) as none`;
  expect(row).toEqual({
    numbers: [1, -2.5, null, 1e21],
    flags: [true, null, false],
    instants: ["1970-01-01T00:00:00+00:00", null],
    none: [],
  });
});

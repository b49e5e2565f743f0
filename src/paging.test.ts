import { expect, test } from "bun:test";
import fc from "fast-check";
import { z } from "zod";
import { InvalidError } from "./errors.ts";
import { cursorPart, decodeCursor, encodeCursor, toPage } from "./paging.ts";

const key = z.tuple([cursorPart.instant, cursorPart.id]);
const ID = "01a1fd11-7073-7064-9816-1741f35ab99f";
const AT = "2026-11-21T07:45:12.123456Z";

test("a cursor comes back as it was made, to the microsecond", () => {
  expect(decodeCursor(encodeCursor("runs", [AT, ID]), "runs", key)).toEqual([AT, ID]);
});

test("the cursor of another list is refused", () => {
  expect(() => decodeCursor(encodeCursor("items", [AT, ID]), "runs", key)).toThrow(InvalidError);
});

test("an instant or an id that the database could not read is refused", () => {
  for (const [at, id] of [
    ["2026-02-30T00:00:00.000000Z", ID],
    ["now", ID],
    [AT, "x' or 1=1"],
    [null, ID],
  ]) {
    expect(() => decodeCursor(encodeCursor("runs", [at, id]), "runs", key)).toThrow(InvalidError);
  }
});

test("whatever else is sent as a cursor is refused, never a crash", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.base64String(),
        fc.json().map((v) => Buffer.from(v).toString("base64url")),
      ),
      (text) => {
        expect(() => decodeCursor(text, "runs", key)).toThrow(InvalidError);
      },
    ),
  );
});

test("the last page has no next cursor, also when it is exactly full", () => {
  expect(toPage([1, 2], 2, "x", (row) => [row]).nextCursor).toBeNull();
  expect(toPage([1, 2, 3], 2, "x", (row) => [row])).toEqual({ rows: [1, 2], nextCursor: encodeCursor("x", [2]) });
});

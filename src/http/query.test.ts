import { expect, test } from "bun:test";
import { Type } from "@sinclair/typebox";
import { ValidationError } from "../errors.ts";
import { queryOf } from "./query.ts";

const schema = Type.Object(
  { limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 5 })), flagged: Type.Optional(Type.Boolean()) },
  { additionalProperties: false },
);
const read = (query: string) => queryOf(schema, new Request(`http://localhost/?${query}`));

test("numbers and flags are read from their text, and empty values are absent", () => {
  expect(read("limit=3&flagged=true")).toEqual({ limit: 3, flagged: true });
  expect(read("limit=&flagged=")).toEqual({});
});

for (const query of [
  "limit=0",
  "limit=6",
  "limit=x",
  "limit=1.5",
  "limit=0x3",
  "limit=1e0",
  "flagged=1",
  "lmit=3",
  "__proto__=1",
]) {
  test(`?${query} is refused`, () => {
    expect(() => read(query)).toThrow(ValidationError);
  });
}

test("each refused parameter is named with what is allowed there", () => {
  try {
    read("limit=9&colour=red");
    expect.unreachable();
  } catch (error) {
    expect(error).toHaveProperty("fields", [
      { path: "colour", message: "is not a known field" },
      { path: "limit", message: "must be a whole number from 1 to 5" },
    ]);
  }
});

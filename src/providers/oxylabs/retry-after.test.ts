import { expect, test } from "bun:test";
import { z } from "zod";
import { readRetryAfter } from "./retry-after.ts";

const NOW = new Date("2019-06-03T11:00:00Z");

test("a number of seconds is waited as it is", () => {
  expect(readRetryAfter("120", NOW)).toBe(120_000);
});

test("a date in any of HTTP's three forms is waited for", () => {
  for (const date of ["Mon, 03 Jun 2019 11:30:12 GMT", "Monday, 03-Jun-19 11:30:12 GMT", "Mon Jun  3 11:30:12 2019"]) {
    expect(readRetryAfter(date, NOW), date).toBe(1812_000);
  }
});

test("a moment that has passed means now", () => {
  expect(readRetryAfter("Mon, 03 Jun 2019 10:00:00 GMT", NOW)).toBe(0);
});

test("what is neither is ignored, never taken for zero", () => {
  for (const value of [null, "", "-1", "+1", "1.5", "1e3", "soon", "Sun, 31 Feb 2030 10:00:00 GMT", "9".repeat(400)]) {
    expect(readRetryAfter(value, NOW), String(value)).toBeUndefined();
  }
});

const vectorsFile = Bun.file(new URL("../../../../shared/data/corpora/retry-after/vectors.json", import.meta.url));
const hasVectors = await vectorsFile.exists();
const vectorsSchema = z.object({
  vectors: z.array(
    z.object({
      value: z.union([z.string(), z.array(z.string())]),
      now: z.string().nullable(),
      expected: z.number().nullable(),
    }),
  ),
});

test.skipIf(!hasVectors)("agrees with the vectors of other clients (skipped without ../shared/data)", async () => {
  for (const { value, now, expected } of vectorsSchema.parse(await vectorsFile.json()).vectors) {
    const headers = [value].flat().join(", ");
    const wait = readRetryAfter(headers, now === null ? NOW : new Date(now));
    expect(wait, headers).toBe(expected === null ? undefined : expected * 1000);
  }
});

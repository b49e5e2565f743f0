import { expect, test } from "bun:test";
import { Cron } from "croner";
import fc from "fast-check";
import { ValidationError } from "../errors.ts";
import { parseCron } from "./cron.ts";
import { cronTexts } from "./cron-for-tests.ts";

for (const text of ["0 3 * * *", "*/15 9-17 * * mon-fri", "0,30 0-12/6 1,15 JAN-MAR,DEC 7", "  5  4  *  *  fri-sun "]) {
  test(`${JSON.stringify(text)} is understood`, () => {
    expect(parseCron(text).text).toBe(text.trim().toUpperCase().replace(/\s+/g, " "));
  });
}

const refused: [text: string, why: string][] = [
  ["", "five fields"],
  ["0 3 * *", "five fields"],
  ["0 0 3 * * *", "has 6"],
  ["@daily", "has 1"],
  ["0 3 L * *", "only numbers"],
  ["0 3 15W * *", "only numbers"],
  ["0 3 * * FRI#2", "only numbers"],
  ["0 3 ? * *", "only numbers"],
  ["0 3 * * ,", "only numbers"],
  ["0 3 1,,2 * *", "only numbers"],
  ["60 3 * * *", '"60" as minute: it must be 0 to 59'],
  ["0 24 * * *", '"24" as hour'],
  ["0 3 0 * *", '"0" as day of the month'],
  ["0 3 * 13 *", '"13" as month'],
  ["0 3 * * 8", '"8" as day of the week'],
  ["0 MON * * *", '"MON" as hour'],
  ["0 3 * * JAN", '"JAN" as day of the week'],
  ["0 3 * * FRI-MON", "backwards"],
  ["5/15 3 * * *", "a step needs"],
  ["*/0 3 * * *", "no such step"],
  ["*/61 3 * * *", "no such step"],
  ["-5 3 * * *", "only numbers"],
  ["2026-11-21T00:00:00", "five fields"],
];
for (const [text, why] of refused) {
  test(`${JSON.stringify(text)} is refused, saying ${JSON.stringify(why)}`, () => {
    expect(() => parseCron(text)).toThrow(ValidationError);
    expect(() => parseCron(text)).toThrow(why);
  });
}

test("only a pattern that names no hours is one for every hour", () => {
  const hours = ["*", "*/1", "0-23", "0-11,12-23", "*/2", "0", "0-22"];
  const every = hours.filter((hour) => parseCron(`0 ${hour} * * *`).isEveryHour);
  expect(every).toEqual(["*", "*/1", "0-23", "0-11,12-23"]);
});

test("whatever is understood here, croner understands too", () => {
  fc.assert(
    fc.property(cronTexts, (text) => {
      new Cron(parseCron(text).text, { paused: true, timezone: "UTC" });
    }),
    { numRuns: 500 },
  );
});

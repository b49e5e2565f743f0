import fc from "fast-check";
import { WEEKDAYS } from "./cron.ts";

const field = (from: number, to: number, named?: fc.Arbitrary<string>) => {
  const value = fc.integer({ min: from, max: to });
  const range = fc.tuple(value, value).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`);
  const step = fc.integer({ min: 1, max: to });
  const part = fc.oneof(
    value.map(String),
    range,
    fc.tuple(fc.oneof(fc.constant("*"), range), step).map(([base, width]) => `${base}/${width}`),
    ...(named ? [named] : []),
  );
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant("*") },
    { weight: 3, arbitrary: fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(",")) },
  );
};

/** Any cron that is understood; some of them never fire. */
export const cronTexts: fc.Arbitrary<string> = fc
  .tuple(
    field(0, 59),
    field(0, 23),
    field(1, 31),
    field(1, 12, fc.constantFrom("JAN", "feb", "MAR-JUN")),
    field(0, 7, fc.constantFrom(...WEEKDAYS, "fri-sun", "MON-FRI")),
  )
  .map((fields) => fields.join(" "));

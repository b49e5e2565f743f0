import { expect, test } from "bun:test";
import fc from "fast-check";
import { guarded, unguarded } from "./formula-guard.ts";

test("what is guarded never begins as a formula does", () => {
  for (const text of ["=1+1", "+1", "-1", "@x", "\tx", "'=x", "\0"]) expect(guarded(text)).toMatch(/^'/);
});

test("guarding and taking the guard away gives every text back", () => {
  const text = fc.string({ unit: fc.constantFrom("'", "=", "+", "-", "@", "\t", "a", '"', "\n") });
  fc.assert(fc.property(text, (given) => unguarded(guarded(given)) === given));
});

import { expect, test } from "bun:test";
import { displayName, normalizeName } from "./name.ts";

test.each([
  ["  Top  Deals\u00a0Shop ", "top deals shop"],
  ["TOP\u200bDEALS", "topdeals"],
  ["ﬁne_store", "fine_store"],
  ["Ｆｕｌｌ", "full"],
  ["STRASSE", "strasse"],
  ["İstanbul", "i̇stanbul"],
  ["a*b._-c", "a*b._-c"],
  ["shop\u2066\u061c\u034f\ufe0f\u3164\u0000", "shop"],
  ["\u200b \ufeff", ""],
])("%j is the seller %j", (raw, name) => {
  expect(normalizeName(raw)).toBe(name);
});

test("normalising twice changes nothing more", () => {
  for (const raw of ["İ", "ǅ", "ẞ", "  A\u00ad b ", "ﷺ", "𝕏"])
    expect(normalizeName(normalizeName(raw))).toBe(normalizeName(raw));
});

test("a name has at most 255 characters, counted as people count", () => {
  expect([...displayName("𝕏".repeat(300))]).toHaveLength(255);
});

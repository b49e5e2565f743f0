import { expect, test } from "bun:test";
import { plainText, visibleText } from "./plain-text.ts";

const TEXTS: [raw: string, plain: string][] = [
  ["Bed &amp; Bath &#39;n&#x27; more", "Bed & Bath 'n' more"],
  ["99%&nbsp;positive\n   (12)", "99% positive (12)"],
  ["caf&eacute; &copy &bogus; &", "café © &bogus; &"],
  ["&amp;lt;b&amp;gt;", "&lt;b&gt;"],
  ["&#0;&#xD800;&#9999999;", "\ufffd\ufffd\ufffd"],
  ["a\u0000b", "a\ufffdb"],
  [" \u2009\u202f ", ""],
];

for (const [raw, plain] of TEXTS) {
  test(`${JSON.stringify(raw)} reads ${JSON.stringify(plain)}`, () => expect(plainText(raw)).toBe(plain));
}

test("invisible characters between letters are not seen", () => {
  expect(visibleText("Spo\u2067n\u200bso\u00adred")).toBe("Sponsored");
});

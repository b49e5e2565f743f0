import { expect, test } from "bun:test";
import fc from "fast-check";
import { searchQuery, searchUrl } from "./search-url.ts";

const MARKUP = { minPercent: 80, maxPercent: 120 };

test("the address filters for new, free shipping, located in the US, in the band and the list view", () => {
  const query = searchQuery({ title: "Desk Lamp & Clock", priceMicros: 19_990_000 }, MARKUP);
  expect(searchUrl(query, 2)).toBe(
    "https://www.ebay.com/sch/i.html?_nkw=Desk+Lamp+%26+Clock&LH_ItemCondition=1000&LH_Free=1&LH_PrefLoc=1" +
      "&_udlo=35.98&_udhi=43.98&_ipg=60&_pgn=2&_dmd=1",
  );
});

test("the band is the markup on Amazon's price, in micro-dollars", () => {
  const query = searchQuery({ title: "Lamp", priceMicros: 10_000_000 }, MARKUP);
  expect(query).toEqual({ keywords: "Lamp", priceMinMicros: 18_000_000, priceMaxMicros: 22_000_000 });
});

test("a long title is cut on a word at 100 characters", () => {
  const words = `${"word ".repeat(19)}final`; // 100 characters
  expect(searchQuery({ title: words, priceMicros: 1 }, MARKUP).keywords).toBe(words);
  expect(searchQuery({ title: `${words} more`, priceMicros: 1 }, MARKUP).keywords).toBe(words);
  expect(searchQuery({ title: `${words}s`, priceMicros: 1 }, MARKUP).keywords).toBe("word ".repeat(19).trim());
});

test("a title of one word is cut between characters, never inside one", () => {
  expect(searchQuery({ title: "😀".repeat(120), priceMicros: 1 }, MARKUP).keywords).toBe("😀".repeat(100));
});

test("blanks are collapsed and control characters leave no trace", () => {
  expect(searchQuery({ title: "  Desk\n\tLamp \u0000 LED ", priceMicros: 1 }, MARKUP).keywords).toBe("Desk Lamp LED");
});

test("whatever the title, the keywords come back from the address as they went in", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 300 }), (title) => {
      const query = searchQuery({ title, priceMicros: 5_000_000 }, MARKUP);
      expect([...query.keywords].length).toBeLessThanOrEqual(100);
      expect(new URL(searchUrl(query, 1)).searchParams.get("_nkw")).toBe(query.keywords);
    }),
  );
});

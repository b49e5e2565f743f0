import { expect, test } from "bun:test";
import fc from "fast-check";
import { type BestSellersPage, readBestSellersContent, readBestSellersText } from "./best-sellers.ts";

const PIECES = [
  '<div id="gridItemRoot">',
  '<div data-asin="B00000000A">',
  '<span class="zg-bdg-text">#1</span>',
  '<span class="zg-bdg-text">#',
  '<a href="/dp/B00000000A">Mug',
  '<img alt="&#xffffff;&#0;&bogus;">',
  '<img class="a-color-price" data-asin>',
  '<span class="a-color-price">$9',
  '<i class="a-icon-alt">4.5 out',
  "</div></div></a></span>",
  "<h1>Best Sellers in <title>",
  "<!--",
  "<script>",
  "\u0000\ud800",
];

test("broken markup never throws, and what is read is well-formed", () => {
  const html = fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.string()), { maxLength: 30 });
  fc.assert(
    fc.property(html, (pieces) => expectWellFormed(readBestSellersText(pieces.join("")))),
    { numRuns: 2000 },
  );
});

test("any JSON value as content never throws", () => {
  const row = fc.record(
    { pos: fc.jsonValue(), asin: fc.jsonValue(), title: fc.jsonValue(), price: fc.jsonValue(), rating: fc.jsonValue() },
    { requiredKeys: [] },
  );
  const content = fc.oneof(fc.jsonValue(), fc.record({ results: fc.array(row), pages: fc.jsonValue() }));
  fc.assert(
    fc.property(content, (value) => expectWellFormed(readBestSellersContent(value))),
    { numRuns: 2000 },
  );
});

test("a megabyte of rubbish is read in no time", () => {
  const started = performance.now();
  readBestSellersText('<span class="zg-bdg-text">#1</span>'.repeat(30_000));
  readBestSellersText(`${"<".repeat(500_000)}${"&#".repeat(250_000)}`);
  readBestSellersText(`<a href="${"/dp/zg_bs_pg".repeat(80_000)}?pg=">`);
  expect(performance.now() - started).toBeLessThan(2000);
});

function expectWellFormed({ outcome, products }: BestSellersPage): void {
  if (outcome !== "ok") expect(products).toEqual([]);
  for (const { asin, title, rank, price, rating } of products) {
    expect(asin).toMatch(/^[A-Z0-9]{10}$/);
    expect(title).toBe(title.trim());
    expect(Number.isInteger(rank)).toBe(true);
    expect(price === null || (Number.isFinite(price) && price > 0)).toBe(true);
    expect(rating === null || (rating > 0 && rating <= 5)).toBe(true);
  }
}

import { expect, test } from "bun:test";
import { readBestSellersContent, readBestSellersText } from "./best-sellers.ts";

const item = (fields: object = {}) => ({
  pos: 1,
  url: "/Some-Mug/dp/B00000000A/ref=zg_bs_1?psc=1",
  asin: "B00000000A",
  title: "A mug",
  price: 12.5,
  price_str: "$12.50",
  currency: "USD",
  rating: 4.5,
  ...fields,
});
const content = (results: unknown[], fields: object = {}) => ({
  url: "https://www.amazon.com/Best-Sellers/zgbs/x/1063278/?pg=1",
  query: "1063278",
  page: 1,
  pages: 2,
  results,
  ...fields,
});
const first = (fields: object) => readBestSellersContent(content([item(fields)])).products[0];

test("a parsed page gives its products and how many pages the category has", () => {
  expect(readBestSellersContent(content([item()]), "1063278")).toEqual({
    outcome: "ok",
    category: null,
    pages: 2,
    products: [
      {
        rank: 1,
        asin: "B00000000A",
        title: "A mug",
        price: 12.5,
        currency: "USD",
        rating: 4.5,
        url: "https://www.amazon.com/dp/B00000000A",
      },
    ],
  });
});

const PRICES: [what: string, fields: object, price: number | null, currency: string | null][] = [
  ["0 without a text is no price", { price: 0, price_str: "" }, null, "USD"],
  ["0 with a text is that text", { price: 0, price_str: "$1,299.00" }, 1299, "USD"],
  ["a number sent as text is that number", { price: "7.25", currency: undefined }, 7.25, null],
  ["text with a symbol brings its currency", { price: "£8.40", currency: "" }, 8.4, "GBP"],
  ["a range takes its lower end", { price: 9.99, price_upper: 19.99 }, 9.99, "USD"],
  ["a range given upside down still takes its lower end", { price: 19.99, price_upper: 9.99 }, 9.99, "USD"],
  ["a range as text takes its lower end", { price: 0, price_str: "$5.00 - $9.00" }, 5, "USD"],
  ["a price that is no price is none", { price: {}, price_str: "See price in cart" }, null, "USD"],
];

for (const [what, fields, price, currency] of PRICES) {
  test(`price: ${what}`, () => expect(first(fields)).toMatchObject({ price, currency }));
}

test("numbers sent as text are read, and a rating of 0 is unknown", () => {
  expect(first({ pos: "7", rating: "4.8" })).toMatchObject({ rank: 7, rating: 4.8 });
  expect(first({ rating: 0 })).toMatchObject({ rating: null });
  expect(first({ rating: "five" })).toMatchObject({ rating: null });
});

test("a missing rank is counted on from the page", () => {
  const page = content([item({ pos: null }), item({ asin: "B00000000B", pos: null })], { page: 2 });
  expect(readBestSellersContent(page).products.map(({ rank }) => rank)).toEqual([51, 52]);
});

test("blanks in a title collapse, and the address keeps the page's host", () => {
  const page = content([item({ title: "  A \n\u00a0 mug\t" })], { url: "https://www.amazon.co.uk/zgbs/x/1" });
  expect(readBestSellersContent(page).products[0]).toMatchObject({
    title: "A mug",
    url: "https://www.amazon.co.uk/dp/B00000000A",
  });
});

test("a foreign host never becomes part of a product's address", () => {
  const page = content([item()], { url: "https://www.amazon.com.evil.example/zgbs" });
  expect(readBestSellersContent(page).products[0]?.url).toBe("https://www.amazon.com/dp/B00000000A");
});

test("a repeated ASIN counts once, and rows without ASIN or title are dropped", () => {
  const rows = [
    item(),
    item({ title: "again" }),
    item({ asin: null }),
    item({ asin: "B00000000C", title: " " }),
    null,
    7,
  ];
  const page = readBestSellersContent(content(rows));
  expect(page.outcome).toBe("ok");
  expect(page.products.map(({ title }) => title)).toEqual(["A mug"]);
});

test("a page without products is no_results, one with unusable rows only is unreadable", () => {
  expect(readBestSellersContent(content([])).outcome).toBe("no_results");
  expect(readBestSellersContent(content([item({ asin: "" })])).outcome).toBe("unreadable");
});

test("the page of another node is wrong_category and brings no products", () => {
  expect(readBestSellersContent(content([item()]), "999")).toMatchObject({ outcome: "wrong_category", products: [] });
  expect(readBestSellersContent(content([item()], { query: 1063278 }), "1063278").outcome).toBe("ok");
});

test('"Best undefined" is wrong_category whatever was asked for', () => {
  const page = content([item()], { title: "Amazon Best Sellers: Best undefined" });
  expect(readBestSellersContent(page)).toMatchObject({ outcome: "wrong_category", products: [] });
});

test("a whole answer is read like its content, and an empty one is unreadable", () => {
  const answer = (inner: unknown) => JSON.stringify({ results: [{ content: inner, status_code: 200 }] });
  expect(readBestSellersText(answer(content([item()]))).products).toHaveLength(1);
  expect(readBestSellersText(answer("")).outcome).toBe("unreadable");
  expect(readBestSellersText('{"results": [{"con').outcome).toBe("unreadable");
});

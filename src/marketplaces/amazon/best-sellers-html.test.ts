import { expect, test } from "bun:test";
import { readBestSellersContent, readBestSellersText } from "./best-sellers.ts";

const card = (rank: number, asin: string, inner: string) => `
  <li><div id="gridItemRoot"><div data-asin="${asin}"><span class="zg-bdg-text">#${rank}</span>
  <a href="/x/dp/${asin}/ref=zg_1"><img alt="Picture of ${asin}"></a>${inner}</div></div></li>`;
const titled = (asin: string, title: string) => `<a href="/x/dp/${asin}/ref=zg_1"><div>${title}</div></a>`;
const price = (text: string) => `<a href="/x/dp/B0"><span class="a-color-price"><span>${text}</span></span></a>`;
const page = (cards: string, { title = "Amazon Best Sellers: Best Mugs", path = "kitchen/123" } = {}) => `
  <html><head><title>${title}</title><link rel="canonical" href="https://www.amazon.com/Best-Sellers/zgbs/${path}">
  </head><body><h1>Amazon Best Sellers</h1><h1>Best Sellers in Mugs &amp; Cups</h1><ol>${cards}</ol>
  <a href="/zgbs/kitchen/123/ref=zg_bs_pg_2_kitchen?_encoding=UTF8&amp;pg=2">2</a></body></html>`;

test("a grid gives rank, ASIN, title, price, currency, rating, category and pages", () => {
  const rating = '<a href="/product-reviews/B00000000A"><span class="a-icon-alt">4.4 out of 5 stars</span> 272</a>';
  const cards = card(1, "B00000000A", titled("B00000000A", "Blue\n mug &quot;XL&quot;") + rating + price("$1,012.99"));
  expect(readBestSellersText(page(cards))).toEqual({
    outcome: "ok",
    category: "Mugs & Cups",
    pages: 2,
    products: [
      {
        rank: 1,
        asin: "B00000000A",
        title: 'Blue mug "XL"',
        price: 1012.99,
        currency: "USD",
        rating: 4.4,
        url: "https://www.amazon.com/dp/B00000000A",
      },
    ],
  });
});

test("price and offers are no part of the title, and the first price counts", () => {
  const offers = '<a href="/x/dp/B00000000A">13 offers from <span class="p13n-sc-price">$5.00</span></a>';
  const cards = card(1, "B00000000A", titled("B00000000A", "Mug") + price("$9.99 - $12.99") + offers);
  expect(readBestSellersText(page(cards)).products[0]).toMatchObject({ title: "Mug", price: 9.99 });
});

test("without link text, or when it is cut, the picture's text is the title", () => {
  const cards = card(1, "B00000000A", "") + card(2, "B00000000B", titled("B00000000B", "A very lo…"));
  const titles = readBestSellersText(page(cards)).products.map(({ title }) => title);
  expect(titles).toEqual(["Picture of B00000000A", "Picture of B00000000B"]);
});

test("what stands below the last card does not leak into it", () => {
  const below = `<div>${titled("B00000000Z", "Sponsored")}${price("$1.00")}</div>`;
  const { products } = readBestSellersText(page(`${card(50, "B00000000A", titled("B00000000A", "Mug"))}${below}`));
  expect(products).toMatchObject([{ rank: 50, asin: "B00000000A", title: "Mug", price: null, currency: null }]);
});

test("cards whose markup never closes are still told apart by their rank", () => {
  const open = (rank: number, asin: string) => `<li class="a-carousel-card"><span class="zg-bdg-text">#${rank}</span>
    <a href="/dp/${asin}"><span>Mug ${rank}</span></a>`;
  const { products } = readBestSellersText(page(open(1, "B00000000A") + open(2, "B00000000B")));
  expect(products.map(({ title }) => title)).toEqual(["Mug 1", "Mug 2"]);
});

test("a category page without products is no_results", () => {
  expect(readBestSellersText(page(""))).toMatchObject({ outcome: "no_results", products: [] });
});

test('"Best undefined" is wrong_category', () => {
  const html = page("", { title: "Amazon Best Sellers: Best undefined" });
  expect(readBestSellersText(html).outcome).toBe("wrong_category");
});

test("the page of another node, and the start page, are wrong_category and bring no products", () => {
  const cards = card(1, "B00000000A", titled("B00000000A", "Mug"));
  expect(readBestSellersContent(page(cards), "123").outcome).toBe("ok");
  expect(readBestSellersContent(page(cards), "456")).toMatchObject({ outcome: "wrong_category", products: [] });
  expect(readBestSellersContent(page(cards, { path: "" }), "123").outcome).toBe("wrong_category");
  expect(readBestSellersContent(page(cards, { path: "kitchen" }), "123").outcome).toBe("ok");
});

for (const sign of [
  "Enter the characters you see below",
  "Sorry, we just need to make sure you&#39;re not a robot.",
  "Sorry, we just need to make sure you're not a robot.",
  '<form action="/errors/validateCaptcha">',
]) {
  test(`a page that says ${sign} is blocked`, () => {
    expect(readBestSellersText(`<html><title>Amazon.com</title><p>${sign}</p></html>`).outcome).toBe("blocked");
  });
}

test("any other page is unreadable", () => {
  expect(readBestSellersText("<html><title>Mugs for sale</title></html>").outcome).toBe("unreadable");
  expect(readBestSellersText("").outcome).toBe("unreadable");
});

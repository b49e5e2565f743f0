import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { parsePrice } from "../price.ts";
import { readBestSellersText } from "./best-sellers.ts";

const DATA = new URL("../../../../shared/data/", import.meta.url);
const absent = !existsSync(DATA);
if (absent) console.warn(`Skipped: no recorded pages in ${DATA.pathname}`);

interface Truth {
  list: {
    rank: number;
    asin: string;
    title_img_alt: string | null;
    price_text: string | null;
    rating_text: string | null;
  }[];
}

const PAGES = [
  ["bestsellers-html-in-root-2024", { category: null, pages: null }],
  ["bestsellers-html-us-electronics-2026", { category: "Electronics", pages: 2 }],
  ["bestsellers-html-us-root-2025", { category: null, pages: null }],
] as const;

describe.skipIf(absent)("recorded pages", () => {
  for (const [name, known] of PAGES) {
    test(`${name} reads as a person would read it`, async () => {
      const truth: Truth = await Bun.file(new URL(`amazon/${name}.truth.json`, DATA)).json();
      const page = readBestSellersText(await htmlOf(name));
      const expected = truth.list.filter(
        ({ asin }, index) => truth.list.findIndex((one) => one.asin === asin) === index,
      );
      expect(page).toMatchObject({ outcome: "ok", ...known });
      expect(page.products.map(({ rank, asin }) => ({ rank, asin }))).toEqual(
        expected.map(({ rank, asin }) => ({ rank, asin })),
      );
      for (const [index, { price_text, rating_text, title_img_alt }] of expected.entries()) {
        const product = page.products[index];
        const price = price_text === null ? null : parsePrice(price_text);
        expect(product).toMatchObject({ price: price?.amount ?? null, currency: price?.currency ?? null });
        expect(product?.rating).toBe(rating_text === null ? null : Number.parseFloat(rating_text));
        expect(product?.title).toStartWith((title_img_alt ?? "").replace(/\s+/g, " ").trim().slice(0, 60));
        expect(product?.title).not.toMatch(/offers? from|\$\d|out of 5/);
      }
    });
  }

  test("the start page is no category", async () => {
    expect(readBestSellersText(await htmlOf("bestsellers-html-us-root-2025"), "172282").outcome).toBe("wrong_category");
  });

  test("the documented Oxylabs answer gives 38 products of page 1 of 2, all without a price", async () => {
    const text = await Bun.file(new URL("oxylabs-json/amazon_bestsellers_docs_example.json", DATA)).text();
    const { outcome, products, pages } = readBestSellersText(text, "2407760011");
    expect({ outcome, pages, count: products.length }).toEqual({ outcome: "ok", pages: 2, count: 38 });
    expect(products.map(({ rank }) => rank)).toEqual(Array.from({ length: 38 }, (_, index) => index + 1));
    expect(products.filter(({ price }) => price !== null)).toEqual([]);
    expect(products.filter(({ rating }) => rating !== null)).toHaveLength(37);
    expect(products.every(({ url, asin }) => url === `https://www.amazon.com/dp/${asin}`)).toBe(true);
  });
});

async function htmlOf(name: string): Promise<string> {
  const bytes = await Bun.file(new URL(`amazon/${name}.html.gz`, DATA)).bytes();
  return new TextDecoder().decode(Bun.gunzipSync(bytes));
}

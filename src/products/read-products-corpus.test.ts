import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { readProducts } from "./read-products.ts";

const DATA = new URL("../../../shared/data/amazon/", import.meta.url);
const absent = !existsSync(DATA);
if (absent) console.warn(`Skipped: no recorded product lists in ${DATA.pathname}`);

const read = (name: string) => readProducts(Bun.file(new URL(`bestsellers-${name}.csv`, DATA)));

describe.skipIf(absent)("recorded product lists", () => {
  test("720 American rows are 700 products, most with a price in dollars", async () => {
    const { products, duplicates, refused, understood } = await read("us-36-categories-2024-10");
    expect([products.length, duplicates, refused.length]).toEqual([700, 20, 0]);
    expect(understood.columns).toMatchObject({ id: "asin", title: "name", sale_price: "sale_price", price: "price" });
    expect(products[0]).toMatchObject({ externalId: "B0CJM1GNFQ", priceMicros: 49_990_000, currency: "USD", rank: 1 });
    const priced = products.filter(({ priceMicros }) => priceMicros !== null);
    expect(priced).toHaveLength(683);
    expect(priced.every(({ currency }) => currency === "USD")).toBe(true);
  });

  test("Swedish rows keep their currency, and odd numbers are read", async () => {
    const { products, duplicates } = await read("se-2023-08");
    expect([products.length, duplicates]).toEqual([441, 47]);
    const priced = products.filter(({ priceMicros }) => priceMicros !== null);
    expect(priced.length).toBeGreaterThan(300);
    expect(priced.every(({ currency }) => currency === "SEK")).toBe(true);
  });

  test("books without a price are kept, for the search to skip", async () => {
    const { products } = await read("in-books-2023-10");
    expect(products.length).toBeGreaterThan(1000);
    expect(products.find(({ externalId }) => externalId === "1409181634")).toMatchObject({ priceMicros: null });
  });

  test("Chinese titles come through whole", async () => {
    const { products } = await read("us-computers-zh-titles-2024-05");
    expect(products).toHaveLength(96);
    expect(products[0]?.title).toStartWith("Mac Book Pro 充电器");
  });
});

import { describe, expect, test } from "bun:test";
import { createMarketplace } from "./marketplace.ts";

const query = (keywords: string) => ({ keywords, minCents: 1800, maxCents: 2200 });
const marketplace = createMarketplace({ seed: "test" });
const manyQueries = Array.from({ length: 400 }, (_, index) => query(`Norvane X${index} Desk Lamp, Black`));

describe("an imaginary marketplace", () => {
  test("is the same for the same seed, and another for another", () => {
    const twin = createMarketplace({ seed: "test" });
    const other = createMarketplace({ seed: "other" });
    for (const each of manyQueries.slice(0, 30)) {
      expect(twin.search(each, 1)).toEqual(marketplace.search(each, 1));
      expect(twin.bestSellers("172541", 2)).toEqual(marketplace.bestSellers("172541", 2));
    }
    expect(other.bestSellers("172541", 1)).not.toEqual(marketplace.bestSellers("172541", 1));
  });

  test("lists 50 products a page, ranked 1 to 100, each once", () => {
    const products = [1, 2].flatMap((page) => marketplace.bestSellers("172541", page).products);
    expect(products.map(({ rank }) => rank)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
    expect(new Set(products.map(({ asin }) => asin)).size).toBe(100);
    for (const { asin } of products) expect(asin).toMatch(/^B0[0-9A-Z]{8}$/);
    expect(marketplace.bestSellers("172541", 3).products).toEqual([]);
  });

  test("lists some products in several categories, and some without a price", () => {
    const nodes = Array.from({ length: 40 }, (_, index) => String(100000 + index));
    const products = nodes.flatMap((node) => marketplace.bestSellers(node, 1).products);
    const distinct = new Set(products.map(({ asin }) => asin));
    expect(distinct.size).toBeLessThan(products.length);
    expect(distinct.size).toBeGreaterThan(products.length * 0.8);
    const kinds = new Set(products.map(({ price }) => price.kind));
    expect([...kinds].sort()).toEqual(["none", "number", "range", "text"]);
  });

  test("answers an unknown node with products that are the same whatever the node", () => {
    const unknown = marketplace.bestSellers("999123", 1);
    expect(unknown.kind).toBe("unknown_category");
    expect(marketplace.bestSellers("abc", 1)).toEqual(unknown);
    expect(createMarketplace({ isKnownNode: (id) => id === "abc" }).bestSellers("abc", 1).kind).toBe("category");
  });

  test("has nothing for some searches and up to three full pages for others", () => {
    const counts = manyQueries.map((each) => marketplace.search(each, 1).counts);
    expect(counts.some(({ main }) => main === 0)).toBe(true);
    expect(counts.some(({ main }) => main > 120)).toBe(true);
    expect(counts.some(({ fewerWords }) => fewerWords > 0)).toBe(true);
    expect(counts.some(({ international }) => international > 0)).toBe(true);
    expect(Math.max(...counts.map(({ main }) => main))).toBeLessThanOrEqual(180);
  });

  test("spreads all listings of a search over its pages and shows looser matches below the last", () => {
    for (const each of manyQueries) {
      const pages = [1, 2, 3].map((page) => marketplace.search(each, page));
      const { counts } = marketplace.search(each, 1);
      const sections = pages.flatMap(({ listings }) => listings.map(({ section }) => section));
      expect(sections.filter((section) => section === "main")).toHaveLength(counts.main);
      expect(sections.slice(counts.main)).not.toContain("main");
      expect(pages.map(({ hasNext }) => hasNext)).toEqual([counts.main > 60, counts.main > 120, false]);
    }
  });

  test("keeps nearly all prices inside the band", () => {
    const main = manyQueries.flatMap((each) =>
      marketplace.search(each, 1).listings.filter((l) => l.section === "main"),
    );
    const inside = main.filter(({ cents }) => cents >= 1800 && cents <= 2200);
    expect(inside.length / main.length).toBeGreaterThan(0.9);
    expect(inside.length).toBeLessThan(main.length);
  });

  test("lets few sellers sell much and many sell little", () => {
    const sold = new Map<string, number>();
    for (const each of manyQueries)
      for (const { seller } of marketplace.search(each, 1).listings)
        sold.set(seller.username, (sold.get(seller.username) ?? 0) + 1);
    const counts = [...sold.values()].sort((a, b) => b - a);
    const total = counts.reduce((sum, count) => sum + count, 0);
    expect((counts[0] ?? 0) / total).toBeGreaterThan(0.04);
    expect(counts.filter((count) => count <= 5).length).toBeGreaterThan(counts.length / 3);
    for (const name of sold.keys()) expect(name).toMatch(/^[a-z0-9._*-]{2,64}$/);
  });

  test("spells a name in other ways now and then, which stay the same name", () => {
    const listings = manyQueries.flatMap((each) => marketplace.search(each, 1).listings);
    const misspelt = listings.filter(({ seller, sellerShown }) => seller.username !== sellerShown);
    expect(misspelt.length).toBeGreaterThan(100);
    for (const { seller, sellerShown } of misspelt)
      expect(sellerShown.replace("\u200b", "").trim().toLowerCase()).toBe(seller.username);
  });

  test("names the sellers that a reader must find, looser matches on request", () => {
    const each = manyQueries.find((candidate) => marketplace.search(candidate, 1).counts.fewerWords > 10) ?? query("");
    const strict = marketplace.expectedSellers(each, 3);
    const loose = marketplace.expectedSellers(each, 3, { includeLoose: true });
    expect(loose.size).toBeGreaterThan(strict.size);
    expect(strict.isSubsetOf(loose)).toBe(true);
  });

  test("has listings for any words, also for rubbish", () => {
    const wide = createMarketplace({ listingsPerProduct: { min: 60, max: 60 } });
    for (const keywords of ["", "   ", "\u0000", "日本語 📱".repeat(40), "\ud800", "x".repeat(5000), "<b>&\"'"]) {
      const { listings } = wide.search({ keywords, minCents: null, maxCents: 1 }, 1);
      expect(listings).toHaveLength(60);
      for (const { title, cents } of listings) {
        expect(title.length).toBeGreaterThan(0);
        expect(title.length).toBeLessThanOrEqual(80);
        expect(cents).toBeGreaterThan(0);
      }
    }
  });
});

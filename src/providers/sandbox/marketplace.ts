import type { Section } from "../../marketplaces/ebay/search-page.ts";
import { Dice } from "./dice.ts";
import { inventCounts, inventListing, type MarketCounts, type MarketListing, type MarketQuery } from "./listings.ts";
import { BEST_SELLER_PAGES, type MarketProduct, PRODUCTS_PER_PAGE, productAt } from "./products.ts";
import { SellerPopulation } from "./sellers.ts";

export interface MarketplaceOptions {
  /** Default "1". */
  seed?: string;
  /** How many sellers there are; default 3000. */
  sellers?: number;
  /** Listings per search, drawn evenly; by default a mixture of none, few, and up to 180. */
  listingsPerProduct?: { min: number; max: number };
  /** Which browse nodes are categories; by default digits only, five or more, not starting with 999. */
  isKnownNode?: (nodeId: string) => boolean;
}

/** `unknown_category` is delivered all the same, with products that have nothing to do with what was asked. */
export interface BestSellersAnswer {
  kind: "category" | "unknown_category";
  products: (MarketProduct & { rank: number })[];
  pages: number;
}

export interface MarketPage {
  counts: MarketCounts;
  page: number;
  pageSize: number;
  listings: MarketListing[];
  hasNext: boolean;
}

/** An imaginary Amazon and eBay: pure, nothing stored, all of it follows from the seed and the question. */
export interface Marketplace {
  readonly seed: string;
  /** 50 products; none beyond the second page. */
  bestSellers(nodeId: string, page: number): BestSellersAnswer;
  search(query: MarketQuery, page: number, pageSize?: number): MarketPage;
  /** The distinct sellers, normalised, that a reader of the first `pages` pages must find. */
  expectedSellers(query: MarketQuery, pages: number, options?: { includeLoose?: boolean }): Set<string>;
}

const LISTINGS_PER_PAGE = 60;
const MAX_SEARCH_PAGES = 3;

export function createMarketplace(options: MarketplaceOptions = {}): Marketplace {
  const seed = options.seed ?? "1";
  const isKnownNode = options.isKnownNode ?? looksLikeNode;
  const sellers = new SellerPopulation(seed, options.sellers ?? 3000);

  function search(query: MarketQuery, page: number, pageSize = LISTINGS_PER_PAGE): MarketPage {
    const key = `${seed}|${query.keywords}|${query.minCents}|${query.maxCents}`;
    const counts = inventCounts(new Dice(`${key}|counts`), options.listingsPerProduct);
    const dice = new Dice(`${key}|${page}|${pageSize}`);
    return {
      counts,
      page,
      pageSize,
      listings: sectionsOf(counts, page, pageSize).map((section) => inventListing(dice, query, section, sellers)),
      hasNext: page < Math.min(MAX_SEARCH_PAGES, Math.ceil(counts.main / pageSize)),
    };
  }

  return {
    seed,
    search,
    bestSellers: (nodeId, page) => bestSellers(seed, nodeId, page, isKnownNode(nodeId)),
    expectedSellers(query, pages, { includeLoose = false } = {}) {
      const names = new Set<string>();
      for (let page = 1, more = true; more && page <= pages; page++) {
        const { listings, hasNext } = search(query, page);
        for (const { section, seller } of listings) if (includeLoose || section === "main") names.add(seller.username);
        more = hasNext;
      }
      return names;
    },
  };
}

const looksLikeNode = (nodeId: string) => /^\d{5,}$/.test(nodeId) && !nodeId.startsWith("999");

function bestSellers(seed: string, nodeId: string, page: number, known: boolean): BestSellersAnswer {
  const node = known ? nodeId : "start page";
  const first = (page - 1) * PRODUCTS_PER_PAGE + 1;
  const products = Array.from({ length: page > BEST_SELLER_PAGES ? 0 : PRODUCTS_PER_PAGE }, (_, index) => ({
    rank: first + index,
    ...productAt(seed, node, first + index),
  }));
  return { kind: known ? "category" : "unknown_category", products, pages: BEST_SELLER_PAGES };
}

/** Looser matches stand below the last of the real ones. */
function sectionsOf(counts: MarketCounts, page: number, pageSize: number): Section[] {
  const left = counts.main - (page - 1) * pageSize;
  const sections: Section[] = Array.from({ length: Math.max(0, Math.min(pageSize, left)) }, () => "main");
  const isLast = page === Math.max(1, Math.ceil(counts.main / pageSize));
  if (!isLast) return sections;
  for (let index = 0; index < counts.fewerWords; index++) sections.push("fewer_words");
  for (let index = 0; index < counts.international; index++) sections.push("international");
  return sections;
}

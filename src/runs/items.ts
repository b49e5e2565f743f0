import type { BestSellersOutcome } from "../marketplaces/amazon/best-sellers.ts";
import type { PageOutcome } from "../marketplaces/ebay/search-page.ts";
import type { ProviderErrorCode } from "../providers/errors.ts";

export type ItemKind = "best_sellers" | "seller_search";
export type ItemStatus = "pending" | "processing" | "completed" | "failed" | "skipped";

/** A page of a category's best sellers to fetch. */
export interface CategoryPage {
  type: "category";
  categoryId: string;
  name: string;
  nodeId: string;
  page: number;
}

/** A product to search sellers for. */
export interface Product {
  type: "product";
  asin: string;
  title: string;
  priceMicros: number | null;
  currency: string | null;
  rank: number | null;
  rating: number | null;
  url: string | null;
  category: string | null;
}

export type ItemData = CategoryPage | Product;

export type CallState = "reserved" | "settled" | "released";

/** How a call ended: what its page was, or why there was none. */
export type CallOutcome =
  | PageOutcome
  | BestSellersOutcome
  | ProviderErrorCode
  /** Answered from an earlier answer, at no cost. */
  | "cached"
  /** In flight when its process died, or cut by a stop: counted as spent. */
  | "possibly_billed"
  /** Reserved but never sent. */
  | "not_sent";

import type { BestSellersPage } from "../marketplaces/amazon/best-sellers.ts";
import type { SearchPage } from "../marketplaces/ebay/search-page.ts";
import type { SearchQuery } from "../marketplaces/ebay/search-url.ts";
import type { ProviderError } from "./errors.ts";

/** The raw answer of one paid call, kept as it came so that it can be read again for nothing. */
export interface Fetched {
  /** HTTP status of the provider's own answer. */
  status: number;
  /** At most MAX_ANSWER_BYTES. */
  body: Uint8Array;
  durationMs: number;
}

export interface CategoryNode {
  nodeId: string;
  marketplace: "US";
}

/** What a stored answer turned out to be: a page (billed), or a fault that says what to do next. */
export type Answer<Page> = { kind: "page"; page: Page } | { kind: "fault"; error: ProviderError };

/**
 * One page of 50 products of a category's best sellers. Pages count from 1.
 * @throws ProviderError when no answer came that is worth storing.
 */
export interface BestSellersSource {
  bestSellers(category: CategoryNode, page: number, signal: AbortSignal): Promise<Fetched>;
  readBestSellers(body: Uint8Array, category: CategoryNode): Answer<BestSellersPage>;
}

/**
 * One page of 60 listings of an eBay search. Pages count from 1.
 * @throws ProviderError when no answer came that is worth storing.
 */
export interface SellerSearch {
  search(query: SearchQuery, page: number, signal: AbortSignal): Promise<Fetched>;
  readSearch(body: Uint8Array): Answer<SearchPage>;
}

export interface Provider extends BestSellersSource, SellerSearch {
  readonly name: "oxylabs" | "recorded";
}

/** The part of a provider that needs no connection: pure functions over stored answers. */
export type AnswerReaders = Pick<Provider, "readBestSellers" | "readSearch">;

/** Total size of one answer that is accepted; longer ones are cut off and reported as `too_large`. */
export const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

import { type BestSellersPage, readBestSellersContent } from "../../marketplaces/amazon/best-sellers.ts";
import { readSearchPage, type SearchPage } from "../../marketplaces/ebay/search-page.ts";
import { readBestSellers, readSearch } from "../oxylabs/answer.ts";
import type { Answer, CategoryNode } from "../provider.ts";

/** Reads a provider's JSON or a bare page of HTML. */
export function readRecordedBestSellers(body: Uint8Array, category: CategoryNode): Answer<BestSellersPage> {
  if (isJson(body)) return readBestSellers(body, category);
  return { kind: "page", page: readBestSellersContent(new TextDecoder().decode(body), category.nodeId) };
}

/** Reads a provider's JSON or a bare page of HTML. */
export function readRecordedSearch(body: Uint8Array): Answer<SearchPage> {
  return isJson(body) ? readSearch(body) : { kind: "page", page: readSearchPage(body) };
}

function isJson(body: Uint8Array): boolean {
  return new TextDecoder().decode(body.subarray(0, 64)).trimStart().startsWith("{");
}

import { readBestSellersContent } from "../../marketplaces/amazon/best-sellers.ts";
import { readSearchPage } from "../../marketplaces/ebay/search-page.ts";
import { searchUrl } from "../../marketplaces/ebay/search-url.ts";
import { readBestSellers, readSearch } from "../oxylabs/answer.ts";
import type { Fetched, Provider } from "../provider.ts";
import { lazyShelf, type Shelf } from "./shelf.ts";

export interface RecordedOptions {
  /** Folder, or single file, of best sellers answers; the key in an index is `<node>/<page>`. */
  bestSellers?: string | undefined;
  /** Folder, or single file, of search answers; the key in an index is the eBay address. */
  searches?: string | undefined;
}

/**
 * Replays stored answers (plain or .gz; the provider's JSON, or a bare page of HTML), so that real pages go the
 * whole way at no cost.
 */
export function createRecorded(options: RecordedOptions): Provider {
  const bestSellers = lazyShelf(options.bestSellers);
  const searches = lazyShelf(options.searches);
  return {
    name: "recorded",
    bestSellers: ({ nodeId }, page, signal) => replay(bestSellers, `${nodeId}/${page}`, signal),
    search: (query, page, signal) => replay(searches, searchUrl(query, page), signal),
    readBestSellers: (body, category) =>
      isJson(body)
        ? readBestSellers(body, category)
        : { kind: "page", page: readBestSellersContent(new TextDecoder().decode(body), category.nodeId) },
    readSearch: (body) => (isJson(body) ? readSearch(body) : { kind: "page", page: readSearchPage(body) }),
  };
}

async function replay(shelf: Shelf, key: string, signal: AbortSignal): Promise<Fetched> {
  signal.throwIfAborted();
  const startedAt = performance.now();
  const body = await shelf.take(key);
  signal.throwIfAborted();
  return { status: 200, body, durationMs: performance.now() - startedAt };
}

function isJson(body: Uint8Array): boolean {
  return new TextDecoder().decode(body.subarray(0, 64)).trimStart().startsWith("{");
}

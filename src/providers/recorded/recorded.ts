import { searchUrl } from "../../marketplaces/ebay/search-url.ts";
import type { Fetched, Provider } from "../provider.ts";
import { readRecordedBestSellers, readRecordedSearch } from "./answer.ts";
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
    readBestSellers: readRecordedBestSellers,
    readSearch: readRecordedSearch,
  };
}

async function replay(shelf: Shelf, key: string, signal: AbortSignal): Promise<Fetched> {
  signal.throwIfAborted();
  const startedAt = performance.now();
  const body = await shelf.take(key);
  signal.throwIfAborted();
  return { status: 200, body, durationMs: performance.now() - startedAt };
}

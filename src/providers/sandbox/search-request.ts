import type { SearchRequest } from "./result-page.ts";

const PAGE_SIZES = [60, 120, 240];

/** Reads an eBay search address; undefined when it is none (another site, another page). */
export function readSearchUrl(text: string): SearchRequest | undefined {
  const url = URL.parse(text);
  if (!url || !/(^|\.)ebay\.[a-z.]+$/.test(url.hostname) || !url.pathname.startsWith("/sch/")) return undefined;
  const get = (name: string) => url.searchParams.get(name);
  return {
    query: { keywords: get("_nkw") ?? "", minCents: readCents(get("_udlo")), maxCents: readCents(get("_udhi")) },
    page: Math.max(1, Number.parseInt(get("_pgn") ?? "1", 10) || 1),
    pageSize: PAGE_SIZES.find((size) => String(size) === get("_ipg")) ?? 60,
    wantsList: get("_dmd") === "1",
  };
}

/** @throws TypeError when the address is no search. */
export function getSearchRequest(text: string): SearchRequest {
  const request = readSearchUrl(text);
  if (!request) throw new TypeError(`not an eBay search address: ${text}`);
  return request;
}

function readCents(text: string | null): number | null {
  const cents = Math.round(Number(text) * 100);
  return text !== null && text !== "" && cents > 0 && Number.isSafeInteger(cents) ? cents : null;
}

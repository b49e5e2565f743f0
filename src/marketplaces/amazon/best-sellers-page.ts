import type { BestSeller, BestSellersPage } from "./best-sellers.ts";

/** Products on one page of best sellers. */
export const PRODUCTS_PER_PAGE = 50;

/** A product before it is known to be usable: anything may be missing. */
export interface Candidate extends Omit<BestSeller, "url" | "asin"> {
  asin: string | null;
}

interface Read {
  candidates: Candidate[];
  /** Address of the page, for the host of the products' own addresses. */
  pageUrl: string | null;
  category: string | null;
  pages: number | null;
  /** Whether the page says it is not the category that was asked for. */
  wrongCategory: boolean;
}

/** Draws the conclusion both readers share: which products count, and what the page therefore is. */
export function toPage({ candidates, pageUrl, category, pages, wrongCategory }: Read): BestSellersPage {
  if (wrongCategory) return { outcome: "wrong_category", category, products: [], pages };
  const products = usable(candidates, originOf(pageUrl));
  if (products.length > 0) return { outcome: "ok", category, products, pages };
  return { outcome: candidates.length === 0 ? "no_results" : "unreadable", category, products, pages };
}

export function unreadablePage(): BestSellersPage {
  return { outcome: "unreadable", category: null, products: [], pages: null };
}

/** Amazon answers an unknown node with a page called "Amazon Best Sellers: Best undefined". */
export function namesNoCategory(title: string): boolean {
  return /\bbest undefined\b/i.test(title);
}

export function collapseBlanks(text: string): string {
  return text
    .replace(/[\u200b-\u200f\u2060\ufeff]/g, "")
    .replace(/\s+/g, " ")
    .trim();
}

/** 0 means unknown; anything outside 0-5 is no rating. */
export function toRating(value: number | null): number | null {
  return value !== null && value > 0 && value <= 5 ? value : null;
}

// Without an ASIN a product cannot be told from another, without a title it cannot be searched.
function usable(candidates: Candidate[], origin: string): BestSeller[] {
  const byAsin = new Map<string, BestSeller>();
  for (const { asin: given, ...rest } of candidates) {
    const asin = toAsin(given);
    const title = collapseBlanks(rest.title);
    if (asin === null || title === "" || byAsin.has(asin)) continue;
    byAsin.set(asin, { ...rest, asin, title, url: `${origin}/dp/${asin}` });
  }
  return [...byAsin.values()];
}

/** Books carry their ISBN-10 as ASIN, so digits first are right. */
function toAsin(text: string | null): string | null {
  const asin = text?.trim().toUpperCase() ?? "";
  return /^[A-Z0-9]{10}$/.test(asin) ? asin : null;
}

function originOf(pageUrl: string | null): string {
  const host = pageUrl && URL.canParse(pageUrl) ? new URL(pageUrl).hostname : "";
  return /^www\.amazon\.[a-z]{2,3}(\.[a-z]{2})?$/.test(host) ? `https://${host}` : "https://www.amazon.com";
}

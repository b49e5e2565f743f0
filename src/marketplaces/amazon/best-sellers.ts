import { readHtml } from "./best-sellers-html.ts";
import { asContent, readParsed } from "./best-sellers-json.ts";
import { unreadablePage } from "./best-sellers-page.ts";

export interface BestSeller {
  rank: number;
  asin: string;
  title: string;
  /** In currency units; the lower end of a range; null when the answer shows none. */
  price: number | null;
  currency: string | null;
  rating: number | null;
  url: string;
}

/** `wrong_category`: the page was delivered (and billed) but is not the category that was asked for. */
export type BestSellersOutcome = "ok" | "no_results" | "wrong_category" | "blocked" | "unreadable";

export interface BestSellersPage {
  outcome: BestSellersOutcome;
  /** The category as the page names it, when it does. */
  category: string | null;
  products: BestSeller[];
  /** How many pages the category has, when the answer says so. */
  pages: number | null;
}

/**
 * Reads a stored page or answer: the JSON of an Oxylabs answer, its `content`, or the HTML of an Amazon Best Sellers
 * page. Never throws: what is not such a page is `unreadable`.
 */
export function readBestSellersText(text: string, expectedNode?: string): BestSellersPage {
  const start = text.trimStart();
  if (!start.startsWith("{") && !start.startsWith("[")) return readHtml(text, expectedNode);
  const parsed = parseJson(start);
  return parsed === undefined ? unreadablePage() : readBestSellersContent(asContent(parsed), expectedNode);
}

/**
 * Reads the `content` of an Oxylabs `amazon_bestsellers` result: the parsed object, or the page's HTML as a string.
 * With `expectedNode`, a page of another node is `wrong_category`, and brings no products. Never throws.
 */
export function readBestSellersContent(content: unknown, expectedNode?: string): BestSellersPage {
  return typeof content === "string" ? readHtml(content, expectedNode) : readParsed(content, expectedNode);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

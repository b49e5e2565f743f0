import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Listing, PageOutcome } from "./search-page.ts";

/** What two independent readers and a look by eye found in a stored page. */
export interface Truth {
  page_kind: "search" | "challenge" | "error" | "other";
  listing_cards: number;
  cards_with_seller: number;
  cards_by_section: Record<string, number>;
  listings: TrueListing[];
}

interface TrueListing {
  position: number;
  listing_id: string;
  title: string;
  price_text: string;
  section: "main" | "fewer_words" | "international_sellers";
  seller: { name: string; feedback_percent: number; feedback_count: number; feedback_count_exact: boolean } | null;
}

const DATA = fileURLToPath(new URL("../../../../shared/data/", import.meta.url));
const PAGES = `${DATA}ebay-search-html/`;

export const corpusIsThere = existsSync(PAGES);
export const oxylabsAnswer = `${DATA}oxylabs-json/ebay_search_result.json.gz`;

export function corpusNames(): string[] {
  if (!corpusIsThere) return [];
  const names = readdirSync(PAGES).filter((file) => file.endsWith(".truth.json"));
  return names.map((file) => file.replace(".truth.json", "")).sort();
}

export function corpusFile(name: string): string {
  return `${PAGES}${name}.html.gz`;
}

export function corpusPage(name: string): string {
  return new TextDecoder().decode(Bun.gunzipSync(readFileSync(corpusFile(name))));
}

export function corpusTruth(name: string): Truth {
  return JSON.parse(readFileSync(`${PAGES}${name}.truth.json`, "utf8"));
}

export function trueOutcome({ page_kind, listing_cards, cards_with_seller }: Truth): PageOutcome {
  if (page_kind === "challenge") return "blocked";
  if (page_kind !== "search") return "unreadable";
  if (listing_cards === 0) return "no_results";
  return cards_with_seller > 0 ? "ok" : "no_sellers_shown";
}

/** The true listing in the reader's terms, without what the truth does not say (currency, address). */
export function expected(truth: TrueListing): Pick<Listing, "position" | "itemId" | "title" | "section" | "seller"> {
  const { seller } = truth;
  return {
    position: truth.position,
    itemId: truth.listing_id,
    title: truth.title.replace(/^(?:New Listing|Anuncio nuevo|Neues Angebot)\s*/, ""),
    section: truth.section === "international_sellers" ? "international" : truth.section,
    seller: seller && {
      username: seller.name,
      feedbackPercent: seller.feedback_percent,
      feedbackScore: seller.feedback_count,
      feedbackExact: seller.feedback_count_exact,
    },
  };
}

/** Where a listing stands on the page: below a notice it is only a looser match. */
export type Section = "main" | "fewer_words" | "international";

export interface ListingSeller {
  username: string;
  /** 0-100, one decimal; null when the page shows none. */
  feedbackPercent: number | null;
  feedbackScore: number | null;
  /** false when eBay rounded the score ("12.3K"). */
  feedbackExact: boolean;
}

export interface Listing {
  /** 1-based, counted over the whole page. */
  position: number;
  itemId: string;
  title: string;
  /** In currency units; the lower end of a range; null when the page shows none. */
  price: number | null;
  /** ISO 4217, or null when the symbol is unknown. */
  currency: string | null;
  url: string;
  section: Section;
  seller: ListingSeller | null;
}

/** The closed set of what a search page can be. Only `ok` and `no_results` count as success. */
export type PageOutcome = "ok" | "no_results" | "no_sellers_shown" | "blocked" | "unreadable";

export interface SearchPage {
  outcome: PageOutcome;
  listings: Listing[];
  hasNext: boolean;
  health: { cards: number; cardsWithSeller: number; rules: Record<string, number> };
}

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

/** A search for dropshippers of one product: new, free shipping, located in the US, inside the price band. */
export interface SearchQuery {
  /** The product's title, cut at 100 characters on a word. */
  keywords: string;
  /** Price band in micro-dollars. */
  priceMinMicros: number;
  priceMaxMicros: number;
}

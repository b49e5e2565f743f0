/**
 * Micro-dollars per call, by the published price of the smallest plan (Micro, $49 a month): $1.35 per 1,000 results
 * with JavaScript rendering, which both sources use. Source and doubts: docs/money.md, read in November 2026.
 */
export const DEFAULT_CALL_PRICE_MICROS = { best_sellers: 1350, seller_search: 1350 } as const;

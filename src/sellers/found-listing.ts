import { storablePriceMicros } from "../db/storable.ts";
import type { Listing, ListingSeller } from "../marketplaces/ebay/search-page.ts";

/** A listing with a seller, found by searching one product: what becomes a sighting. */
export interface FoundListing {
  listing: Listing & { seller: ListingSeller };
  normalizedName: string;
  itemId: string;
  callId: string;
  page: number;
  product: { asin: string; title: string; priceMicros: number; categoryId: string | null };
  /** Looser matches are kept as evidence and count as finds only where the run asks for it. */
  counted: boolean;
}

/** How far above the product's price the listing stands, in percent; null without a comparable price. */
export function markupPercent({ listing, product }: FoundListing): number | null {
  if (
    storablePriceMicros(listing.price) === null ||
    listing.price === null ||
    listing.currency !== "USD" ||
    product.priceMicros <= 0
  )
    return null;
  const ratio = (listing.price * 1_000_000) / product.priceMicros;
  return Math.round((ratio - 1) * 1000) / 10;
}

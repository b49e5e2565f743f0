import { storableCount, storableText } from "../../db/storable.ts";
import type { Listing, ListingSeller, SearchPage } from "../../marketplaces/ebay/search-page.ts";
import type { Product } from "../../runs/items.ts";
import type { FoundListing } from "../../sellers/found-listing.ts";
import { normalizeName } from "../../sellers/name.ts";
import type { CallResult, Intent, ItemStep } from "../call.ts";
import { billedPage, done, type Moment, pending, type Receipt, retryOrFail } from "./outcome.ts";

export interface SearchRules {
  pagesPerProduct: number;
  includeLooseMatches: boolean;
}

/** Stage 2: a result page becomes finds, and the product's next page where there is one. */
export function resultOfSearch(
  intent: Intent,
  product: Product,
  page: SearchPage,
  rules: SearchRules,
  receipt: Receipt,
  moment: Moment,
): CallResult {
  const listings = page.outcome === "ok" ? findsOf(intent, product, page, rules) : [];
  const step = stepOf(intent, page, rules, moment);
  return { intent, settlement: billedPage(intent, receipt, page.outcome), step, products: [], listings };
}

function stepOf(intent: Intent, page: SearchPage, rules: SearchRules, moment: Moment): ItemStep {
  switch (page.outcome) {
    case "ok":
    case "no_results":
      return page.hasNext && intent.page < rules.pagesPerProduct ? pending(intent.page + 1, 0) : done(intent);
    case "no_sellers_shown":
      return retryOrFail(intent, "no_sellers_shown", "The page has listings but shows no seller.", moment);
    case "blocked":
      return retryOrFail(intent, "blocked", "eBay answered with a challenge page.", moment);
    case "unreadable":
      return retryOrFail(intent, "unreadable", "The answer is no search page that can be read.", moment);
  }
}

function findsOf(intent: Intent, product: Product, page: SearchPage, rules: SearchRules): FoundListing[] {
  return page.listings.filter(hasSeller).flatMap((listing) => {
    const normalizedName = normalizeName(storableText(listing.seller.username));
    if (normalizedName === "") return [];
    return {
      listing: storable(listing),
      normalizedName,
      itemId: intent.itemId,
      callId: intent.callId,
      page: intent.page,
      product: {
        asin: product.asin,
        title: product.title,
        priceMicros: product.priceMicros ?? 0,
        categoryId: intent.categoryId,
      },
      counted: rules.includeLooseMatches || listing.section === "main",
    };
  });
}

function storable(listing: FoundListing["listing"]): FoundListing["listing"] {
  const { seller, currency } = listing;
  return {
    ...listing,
    itemId: storableText(listing.itemId),
    title: storableText(listing.title),
    currency: currency === null ? null : storableText(currency),
    seller: { ...seller, username: storableText(seller.username), feedbackScore: storableCount(seller.feedbackScore) },
  };
}

function hasSeller(listing: Listing): listing is Listing & { seller: ListingSeller } {
  return listing.seller !== null;
}

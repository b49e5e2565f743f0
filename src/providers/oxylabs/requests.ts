import type { SearchQuery } from "../../marketplaces/ebay/search-url.ts";
import { searchUrl } from "../../marketplaces/ebay/search-url.ts";
import type { CategoryNode } from "../provider.ts";

const AMAZON = {
  US: { domain: "com", locale: "en_US", geo_location: "90210" },
} as const satisfies Record<CategoryNode["marketplace"], object>;

/**
 * One page of a category's best sellers. The provider renders this source always, and fails it when told not to.
 * `geo_location` is the place of delivery: it decides which prices are shown.
 */
export function bestSellersRequest(category: CategoryNode, page: number) {
  return {
    source: "amazon_bestsellers",
    ...AMAZON[category.marketplace],
    query: category.nodeId,
    start_page: page,
    pages: 1,
    render: "html",
    parse: true,
  } as const;
}

/** One page of an eBay search, seen from the United States: elsewhere eBay shows other listings, in another language. */
export function searchRequest(query: SearchQuery, page: number) {
  return {
    source: "universal",
    url: searchUrl(query, page),
    render: "html",
    geo_location: "United States",
  } as const;
}

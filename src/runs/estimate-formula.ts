import { PRODUCTS_PER_PAGE } from "../marketplaces/amazon/best-sellers-page.ts";
import type { EstimateInput } from "./estimate.ts";

/** Micro-dollars. */
export interface Range {
  low: number;
  likely: number;
  high: number;
}

/** Low: every product has one page of listings. Likely: it has all that are asked for. High: every try is needed. */
export function formulaOfCategory(input: EstimateInput): Range {
  const { bestSellers, sellerSearch } = input.callPriceMicros;
  return rangeOf(input, (pages) => input.bestSellerPages * (bestSellers + PRODUCTS_PER_PAGE * pages * sellerSearch));
}

export function formulaOfProducts(input: EstimateInput): Range {
  return rangeOf(input, (pages) => (input.productCount ?? 0) * pages * input.callPriceMicros.sellerSearch);
}

function rangeOf({ pagesPerProduct, attemptLimit }: EstimateInput, costOf: (pages: number) => number): Range {
  const likely = costOf(pagesPerProduct);
  return { low: costOf(1), likely, high: likely * attemptLimit };
}

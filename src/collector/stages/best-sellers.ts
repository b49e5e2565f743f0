import { storablePriceMicros, storableText } from "../../db/storable.ts";
import type { BestSeller, BestSellersPage } from "../../marketplaces/amazon/best-sellers.ts";
import type { Product } from "../../runs/items.ts";
import type { CallResult, Intent, ItemStep } from "../call.ts";
import { billedPage, done, failed, type Moment, type Receipt, retryOrFail } from "./outcome.ts";

/** Stage 1: a page of best sellers becomes products to search. */
export function resultOfBestSellers(
  intent: Intent,
  page: BestSellersPage,
  receipt: Receipt,
  moment: Moment,
): CallResult {
  const step = stepOf(intent, page, moment);
  const products = page.outcome === "ok" ? page.products.map((p) => productOf(p, intent.categoryId)) : [];
  return { intent, settlement: billedPage(intent, receipt, page.outcome), step, products, listings: [] };
}

function stepOf(intent: Intent, page: BestSellersPage, moment: Moment): ItemStep {
  switch (page.outcome) {
    case "ok":
    case "no_results":
      return done(intent);
    case "wrong_category":
      return failed(intent, "wrong_category", `The provider answered with "${page.category ?? "another page"}".`);
    case "blocked":
      return retryOrFail(intent, "blocked", "Amazon answered with a challenge page.", moment);
    case "unreadable":
      return retryOrFail(intent, "unreadable", "The answer is no best sellers page that can be read.", moment);
  }
}

function productOf(item: BestSeller, category: string | null): Product {
  return {
    type: "product",
    asin: storableText(item.asin),
    title: storableText(item.title),
    priceMicros: storablePriceMicros(item.price),
    currency: item.currency === null ? null : storableText(item.currency),
    rank: item.rank,
    rating: item.rating,
    url: storableText(item.url),
    category,
  };
}

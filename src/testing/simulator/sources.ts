import type { RunSource } from "../../runs/create-run.ts";
import type { Product } from "../../runs/items.ts";
import type { Marketplace } from "./marketplace.ts";
import type { RunPlan } from "./plan.ts";

/** What a run is made of; `offset` sets its products apart from those of other runs. */
export function sourceOf({ products, categories }: RunPlan, market: Marketplace, offset: number): RunSource {
  if (categories === 0) {
    const all = Array.from({ length: products }, (_, index) => productOf(market, offset + index));
    return { products: all, fileName: "things.csv" };
  }
  const nodes = Array.from({ length: categories }, (_, index) => String(offset + index + 1));
  return { categories: nodes.map((nodeId) => ({ id: `c${nodeId}`, name: `C${nodeId}`, nodeId, departmentId: "d" })) };
}

function productOf(market: Marketplace, number: number): Product {
  // Every fifth has the title of its neighbour: the two are one search.
  const title = market.titleOf(number % 5 === 4 ? number - 1 : number);
  return {
    type: "product",
    asin: `A${number}`,
    title,
    priceMicros: 10_000_000,
    currency: "USD",
    rank: number,
    rating: null,
    url: null,
    category: null,
  };
}

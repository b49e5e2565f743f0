import type { EstimateInput } from "./estimate.ts";
import type { Range } from "./estimate-formula.ts";
import type { PastRow } from "./past-queries.ts";

/** So many runs show how far apart they are; fewer leave the formula its say. */
const RUNS_FOR_RANGE = 3;

/** What the category costs going by earlier runs; undefined when none has read and searched it. */
export function pastOfCategory(rows: PastRow[], input: EstimateInput, formula: Range): Range | undefined {
  const known = rows.filter((row) => row.pagesRead > 0 && row.searched > 0);
  return rangeOf(known, formula, (of) => costOfCategory(of, input));
}

/** What the run's own products cost going by all searches of earlier runs. */
export function pastOfProducts(rows: PastRow[], input: EstimateInput, formula: Range): Range | undefined {
  const { productCount = 0, callPriceMicros } = input;
  const known = rows.filter((row) => row.searched > 0);
  return rangeOf(known, formula, (of) =>
    Math.ceil(productCount * searchesPerProduct(of, input.pagesPerProduct) * callPriceMicros.sellerSearch),
  );
}

function rangeOf(rows: PastRow[], formula: Range, costOf: (rows: PastRow[]) => number): Range | undefined {
  if (rows.length === 0) return undefined;
  const likely = costOf(rows);
  const each = [...Map.groupBy(rows, (row) => row.runId).values()].map(costOf);
  const seen = each.length >= RUNS_FOR_RANGE ? each : [formula.low, formula.likely];
  return { low: Math.min(likely, ...seen), likely, high: Math.max(likely, ...seen) };
}

function costOfCategory(rows: PastRow[], { bestSellerPages, pagesPerProduct, callPriceMicros }: EstimateInput): number {
  const pages = callPriceMicros.bestSellers * chargedPerPage(rows);
  const products = sum(rows, (row) => row.products) / sum(rows, (row) => row.pagesRead);
  const searches = callPriceMicros.sellerSearch * products * searchesPerProduct(rows, pagesPerProduct);
  return Math.ceil(bestSellerPages * (pages + searches));
}

/** Calls that are charged for, per page of best sellers. */
function chargedPerPage(rows: PastRow[]): number {
  const paid = rows.filter((row) => !row.hasCached);
  const full = sum(paid, (row) => row.pagesTried * row.bestSellersPriceMicros);
  return full > 0 ? sum(paid, (row) => row.bestSellersMicros) / full : 1;
}

/** Calls that are charged for, per product. */
function searchesPerProduct(rows: PastRow[], pagesPerProduct: number): number {
  return pagesReached(rows, pagesPerProduct) * chargedPerSearch(rows);
}

/** Pages per product. A page that no earlier run asked for is taken to be there wherever the one before it was. */
function pagesReached(rows: PastRow[], pagesPerProduct: number): number {
  let [total, share] = [0, 1];
  for (let page = 1; page <= pagesPerProduct; page++) {
    const asking = rows.filter((row) => row.pagesPerProduct >= page);
    if (asking.length > 0)
      share = sum(asking, (row) => row.reached[page - 1] ?? 0) / sum(asking, (row) => row.searched);
    total += share;
  }
  return total;
}

function chargedPerSearch(rows: PastRow[]): number {
  const paid = rows.filter((row) => !row.hasCached);
  const full = sum(paid, (row) => row.sellerSearchPriceMicros * row.reached.reduce((all, count) => all + count, 0));
  return full > 0 ? sum(paid, (row) => row.searchMicros) / full : 1;
}

const sum = (rows: PastRow[], value: (row: PastRow) => number): number =>
  rows.reduce((total, row) => total + value(row), 0);

import { findCategory } from "../catalog/catalog.ts";
import { toCents } from "../money.ts";
import type { BreakdownRow, Brought, Spent } from "./breakdown-queries.ts";
import type { Breakdown } from "./lists.ts";

/** What each category and each page number brought and cost. Categories sum to the run; so do the parts of both stages. */
export function toBreakdownJson({ categories, pages, bestSellers }: Breakdown) {
  return {
    categories: categories.map(toCategoryJson),
    best_sellers: toSpentJson(bestSellers),
    pages: pages.map((row) => ({ page: row.page, ...toSpentJson(row), ...toBroughtJson(row) })),
  };
}

function toCategoryJson(row: BreakdownRow) {
  const category = row.categoryId === null ? undefined : findCategory(row.categoryId);
  return {
    category_id: row.categoryId,
    category: category?.name ?? null,
    department: category?.departmentName ?? null,
    products: row.products,
    ...toSpentJson(row),
    ...toBroughtJson(row),
  };
}

function toSpentJson({ calls, billedCalls, cachedCalls, costMicros }: Spent) {
  return {
    calls,
    billed_calls: billedCalls,
    cached_calls: cachedCalls,
    cost_micros: costMicros,
    cost_cents: toCents(costMicros),
  };
}

function toBroughtJson({ sellers, sellersNew, costMicros }: Brought & Spent) {
  const perSeller = sellersNew > 0 ? Math.ceil(costMicros / sellersNew) : null;
  return { sellers, sellers_new: sellersNew, cost_per_new_seller_micros: perSeller };
}

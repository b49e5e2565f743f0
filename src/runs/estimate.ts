import { toCents } from "../money.ts";

/** Products on one page of best sellers. */
const PRODUCTS_PER_PAGE = 50;

export interface EstimateInput {
  /** Each category once; empty when the run searches its own products. */
  categoryIds: readonly string[];
  /** How many products of its own the run searches. */
  productCount?: number;
  /** Micro-dollars per call. */
  callPriceMicros: { bestSellers: number; sellerSearch: number };
  bestSellerPages: number;
  pagesPerProduct: number;
  budgetCapMicros: number;
  softWarningPercent: number;
  /** Paid tries of one page before it is given up. */
  attemptLimit: number;
}

/** What a run will cost, in micro-dollars. */
export interface Estimate {
  /** Every product has one page of listings, nothing is tried twice. */
  lowMicros: number;
  /** Every product has as many pages as are asked for; this is what the cap is compared with. */
  likelyMicros: number;
  /** Every call takes as many paid tries as are allowed. */
  highMicros: number;
  /** The likely cost of each category. */
  breakdownMicros: Record<string, number>;
  /** The likely cost of the run's own products. */
  productsMicros: number;
  budgetCapMicros: number;
  warningThresholdMicros: number;
  withinBudget: boolean;
  exceedsWarning: boolean;
}

/** What a selection costs when nothing is known from earlier runs. Counted in micro-dollars throughout. */
export function estimate(input: EstimateInput): Estimate {
  const { categoryIds, productCount = 0, pagesPerProduct, budgetCapMicros } = input;
  const price = input.callPriceMicros;
  const perCategory = (pages: number) =>
    input.bestSellerPages * (price.bestSellers + PRODUCTS_PER_PAGE * pages * price.sellerSearch);
  const total = (pages: number) => categoryIds.length * perCategory(pages) + productCount * pages * price.sellerSearch;

  const likelyMicros = total(pagesPerProduct);
  const warningThresholdMicros = Math.floor((budgetCapMicros * input.softWarningPercent) / 100);
  return {
    lowMicros: total(1),
    likelyMicros,
    highMicros: likelyMicros * input.attemptLimit,
    breakdownMicros: Object.fromEntries(categoryIds.map((id) => [id, perCategory(pagesPerProduct)])),
    productsMicros: productCount * pagesPerProduct * price.sellerSearch,
    budgetCapMicros,
    warningThresholdMicros,
    withinBudget: likelyMicros <= budgetCapMicros,
    exceedsWarning: likelyMicros > warningThresholdMicros,
  };
}

/** The estimate as JSON names it: micros exact, cents rounded up. */
export function toEstimateJson(made: Estimate) {
  return {
    total_cents: toCents(made.likelyMicros),
    total_micros: made.likelyMicros,
    low_cents: toCents(made.lowMicros),
    likely_cents: toCents(made.likelyMicros),
    high_cents: toCents(made.highMicros),
    breakdown: mapValues(made.breakdownMicros, toCents),
    breakdown_micros: made.breakdownMicros,
    products_cents: toCents(made.productsMicros),
    within_budget: made.withinBudget,
    budget_cap_cents: toCents(made.budgetCapMicros),
    warning_threshold_cents: toCents(made.warningThresholdMicros),
    exceeds_warning: made.exceedsWarning,
  };
}

const mapValues = (record: Record<string, number>, map: (value: number) => number): Record<string, number> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));

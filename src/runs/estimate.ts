import { toCents } from "../money.ts";
import { formulaOfCategory, formulaOfProducts, type Range } from "./estimate-formula.ts";
import { type PastError, pastError } from "./past-error.ts";
import { pastOfCategory, pastOfProducts } from "./past-needs.ts";
import type { PastRow } from "./past-queries.ts";

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

/** Whether earlier runs are known, or every product is taken to have as many pages as are asked for. */
export type Basis = "history" | "formula";

/** What a run will cost, in micro-dollars. */
export interface Estimate {
  /** From history: what it cost when it cost least. Else: every product has one page of listings. */
  lowMicros: number;
  /** What the cap is compared with. */
  likelyMicros: number;
  /** From history: what it cost when it cost most. Else: every call takes as many paid tries as are allowed. */
  highMicros: number;
  /** The likely cost of each category. */
  breakdownMicros: Record<string, number>;
  /** The likely cost of the run's own products. */
  productsMicros: number;
  budgetCapMicros: number;
  warningThresholdMicros: number;
  withinBudget: boolean;
  exceedsWarning: boolean;
  /** `history` as soon as one of the parts is known from it. */
  basis: Basis;
  breakdownBasis: Record<string, Basis>;
  /** How many earlier runs it goes by. */
  basisRuns: number;
  /** Null as long as no earlier run tells. */
  pastError: PastError | null;
}

/** What a selection costs, category by category: as in earlier runs where there are any. Counted in micro-dollars. */
export function estimate(input: EstimateInput, past: readonly PastRow[] = []): Estimate {
  const categories = input.categoryIds.map((id) => ({ id, ...partOfCategory(input, past, id) }));
  const products = partOfProducts(input, past);
  const parts = products ? [...categories, products] : categories;
  const total = (value: (range: Range) => number) => parts.reduce((sum, { range }) => sum + value(range), 0);

  const likelyMicros = total((range) => range.likely);
  const warningThresholdMicros = Math.floor((input.budgetCapMicros * input.softWarningPercent) / 100);
  return {
    lowMicros: total((range) => range.low),
    likelyMicros,
    highMicros: total((range) => range.high),
    breakdownMicros: Object.fromEntries(categories.map(({ id, range }) => [id, range.likely])),
    productsMicros: products?.range.likely ?? 0,
    budgetCapMicros: input.budgetCapMicros,
    warningThresholdMicros,
    withinBudget: likelyMicros <= input.budgetCapMicros,
    exceedsWarning: likelyMicros > warningThresholdMicros,
    basis: parts.some(({ basis }) => basis === "history") ? "history" : "formula",
    breakdownBasis: Object.fromEntries(categories.map(({ id, basis }) => [id, basis])),
    basisRuns: countTelling(past, products, new Map(categories.map(({ id, basis }) => [id, basis]))),
    pastError: pastError(past),
  };
}

interface Part {
  range: Range;
  basis: Basis;
}

function partOfCategory(input: EstimateInput, past: readonly PastRow[], id: string): Part {
  const formula = formulaOfCategory(input);
  const rows = past.filter((row) => row.categoryId === id);
  return partOf(formula, pastOfCategory(rows, input, formula));
}

function partOfProducts(input: EstimateInput, past: readonly PastRow[]): Part | undefined {
  if (!input.productCount) return undefined;
  const formula = formulaOfProducts(input);
  return partOf(formula, pastOfProducts([...past], input, formula));
}

function countTelling(
  past: readonly PastRow[],
  products: Part | undefined,
  basisOf: Map<string | null, Basis>,
): number {
  const isTelling = (row: PastRow) => products?.basis === "history" || basisOf.get(row.categoryId) === "history";
  return new Set(past.filter((row) => row.searched > 0 && isTelling(row)).map((row) => row.runId)).size;
}

const partOf = (formula: Range, known: Range | undefined): Part =>
  known ? { range: known, basis: "history" } : { range: formula, basis: "formula" };

/** The estimate as JSON names it: micros exact, cents rounded up, errors in percent of what was estimated. */
export function toEstimateJson(made: Estimate) {
  return {
    total_cents: toCents(made.likelyMicros),
    total_micros: made.likelyMicros,
    low_cents: toCents(made.lowMicros),
    likely_cents: toCents(made.likelyMicros),
    high_cents: toCents(made.highMicros),
    breakdown: mapValues(made.breakdownMicros, toCents),
    breakdown_micros: made.breakdownMicros,
    breakdown_basis: made.breakdownBasis,
    products_cents: toCents(made.productsMicros),
    within_budget: made.withinBudget,
    budget_cap_cents: toCents(made.budgetCapMicros),
    warning_threshold_cents: toCents(made.warningThresholdMicros),
    exceeds_warning: made.exceedsWarning,
    basis: made.basis,
    basis_runs: made.basisRuns,
    past_error_percent: made.pastError?.medianPercent ?? null,
    past_bias_percent: made.pastError?.biasPercent ?? null,
    past_error_runs: made.pastError?.runs ?? 0,
  };
}

const mapValues = (record: Record<string, number>, map: (value: number) => number): Record<string, number> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));

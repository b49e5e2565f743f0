import { ATTEMPT_LIMIT } from "../collector/stages/outcome.ts";
import type { Tx } from "../db/client.ts";
import { BudgetExceededError, InvalidError } from "../errors.ts";
import { newId, type OrganisationId, type RunId } from "../ids.ts";
import { formatUsd } from "../money.ts";
import { getSettings, type Settings } from "../settings/settings.ts";
import { type Estimate, toEstimateJson } from "./estimate.ts";
import { estimateFor } from "./estimate-history.ts";
import { countNewItems, insertItems, type NewItem } from "./item-queries.ts";
import type { Product } from "./items.ts";
import { productItem } from "./product-items.ts";
import { findRun, insertRun, type Run } from "./queries.ts";

/** A category as a run needs it. */
export interface RunCategory {
  id: string;
  name: string;
  nodeId: string;
  departmentId: string;
}

export type RunSource = { categories: RunCategory[] } | { products: Product[]; fileName: string };

export interface RunRequest {
  name?: string;
  /** What to collect: categories, or own products instead of stage 1. */
  source: RunSource;
  workers?: number;
  bestSellerPages?: number;
  pagesPerProduct?: number;
  markupPercentMin?: number;
  markupPercentMax?: number;
  includeLooseMatches?: boolean;
  budgetCapMicros?: number;
  /** Start although the likely cost is over the cap, to stop there. */
  stopAtCap?: boolean;
  createdBy?: string;
  /** Where the configuration comes from. */
  templateId?: string;
  presetId?: string;
  scheduleId?: string;
  rerunOf?: RunId;
}

/** Items written in one statement. */
const CHUNK = 5_000;

/**
 * Makes a run in status `pending`, with a snapshot of what it was asked for and what a call costs now.
 * @throws InvalidError for an empty selection; BudgetExceededError when the likely cost is over the cap.
 */
export async function createRun(tx: Tx, orgId: OrganisationId, request: RunRequest, now: Date): Promise<Run> {
  const settings = await getSettings(tx);
  const { plan, items, expected } = await planRun(tx, request, settings);
  if (!expected.withinBudget && !request.stopAtCap) throw overBudget(expected);

  const id = newId<RunId>();
  await insertRun(tx, orgId, {
    id,
    ...plan,
    name: request.name ?? `Collection ${now.toISOString().slice(0, 16).replace("T", " ")}`,
    stopAtCap: request.stopAtCap ?? false,
    bestSellersPriceMicros: settings.callPriceMicros.bestSellers,
    sellerSearchPriceMicros: settings.callPriceMicros.sellerSearch,
    createdBy: request.createdBy ?? null,
    templateId: request.templateId ?? null,
    presetId: request.presetId ?? null,
    scheduleId: request.scheduleId ?? null,
    rerunOf: request.rerunOf ?? null,
    estimatedCostMicros: expected.likelyMicros,
    ...selectionOf(request.source),
  });
  for (let start = 0; start < items.length; start += CHUNK) {
    await countNewItems(tx, id, await insertItems(tx, orgId, id, items.slice(start, start + CHUNK)));
  }
  const run = await findRun(tx, id);
  if (!run) throw new Error("the run that was just written is not there");
  return run;
}

/**
 * What the requested run would cost under the settings, going by earlier runs. Makes nothing.
 * @throws as `createRun` does, but for the budget
 */
export async function expectedCost(tx: Tx, request: RunRequest): Promise<Estimate> {
  return (await planRun(tx, request, await getSettings(tx))).expected;
}

async function planRun(tx: Tx, request: RunRequest, settings: Settings) {
  const plan = planOf(request, settings);
  checkMarkup(plan);
  const items = itemsOf(request.source, plan.bestSellerPages);
  if (items.length === 0) {
    throw new InvalidError("empty_selection", "Nothing is selected: name a category or a product.");
  }
  const { callPriceMicros } = settings;
  const expected = await estimateFor(tx, { ...plan, ...countsOf(request.source, items), callPriceMicros });
  return { plan, items, expected };
}

/** What is asked for, where it is asked for; else what the settings say. */
function planOf(request: RunRequest, settings: Settings) {
  return {
    workers: request.workers ?? settings.defaultWorkers,
    bestSellerPages: request.bestSellerPages ?? settings.bestSellerPages,
    pagesPerProduct: request.pagesPerProduct ?? settings.pagesPerProduct,
    markupPercentMin: request.markupPercentMin ?? settings.markupPercentMin,
    markupPercentMax: request.markupPercentMax ?? settings.markupPercentMax,
    includeLooseMatches: request.includeLooseMatches ?? false,
    budgetCapMicros: request.budgetCapMicros ?? settings.budgetCapCents * 10_000,
    softWarningPercent: settings.softWarningPercent,
    attemptLimit: ATTEMPT_LIMIT,
  };
}

/** Searches whose lowest price is over their highest one would cost money and find nothing. */
function checkMarkup({ markupPercentMin, markupPercentMax }: ReturnType<typeof planOf>): void {
  if (markupPercentMin <= markupPercentMax) return;
  const detail = `The lowest markup (${markupPercentMin} %) is over the highest one (${markupPercentMax} %).`;
  throw new InvalidError("invalid_markup", detail);
}

function countsOf(source: RunSource, items: NewItem[]) {
  if ("categories" in source) return { categoryIds: source.categories.map((category) => category.id) };
  // Products that are skipped from the start cost nothing.
  return { categoryIds: [], productCount: items.filter((item) => item.status === "pending").length };
}

function selectionOf(source: RunSource) {
  if ("products" in source) {
    return { categoryIds: [], productsSource: source.fileName, categoriesTotal: 0, departmentsTotal: 0 };
  }
  const { categories } = source;
  return {
    categoryIds: categories.map((category) => category.id),
    productsSource: null,
    categoriesTotal: categories.length,
    departmentsTotal: new Set(categories.map((category) => category.departmentId)).size,
  };
}

function itemsOf(source: RunSource, bestSellerPages: number): NewItem[] {
  if ("products" in source) {
    return source.products.map((product, index) => productItem(product, index + 1, product.category));
  }
  const pages = Array.from({ length: bestSellerPages }, (_, index) => index + 1);
  return source.categories.flatMap((category, index) =>
    pages.map((page) => categoryItem(category, page, index * bestSellerPages + page)),
  );
}

function categoryItem({ id, name, nodeId }: RunCategory, page: number, position: number): NewItem {
  return {
    kind: "best_sellers",
    externalId: `${id}:${page}`,
    status: "pending",
    position,
    categoryId: id,
    errorCode: null,
    errorMessage: null,
    data: { type: "category", categoryId: id, name, nodeId, page },
  };
}

function overBudget(expected: Estimate): BudgetExceededError {
  const { likelyMicros, budgetCapMicros } = expected;
  return new BudgetExceededError(
    `The run will likely cost ${formatUsd(likelyMicros)}, which is over its cap of ${formatUsd(budgetCapMicros)}. ` +
      "Select less, raise the cap, or start it to stop at the cap.",
    toEstimateJson(expected),
  );
}

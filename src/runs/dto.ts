import { findCategory } from "../catalog/catalog.ts";
import { MICROS_PER_CENT, MICROS_PER_DOLLAR, toCents } from "../money.ts";
import type { BusyItem } from "./item-list-queries.ts";
import type { RunProgress, RunView } from "./lists.ts";
import type { MonthBudget } from "./month-budget.ts";
import {
  callsPerMinute,
  costPerNewSeller,
  costStatus,
  elapsedMs,
  etaMs,
  processedItems,
  warningThresholdMicros,
} from "./pace.ts";

const iso = (instant: Date | null): string | null => instant?.toISOString() ?? null;

/** A run as JSON names it. Amounts: `*_micros` exact, `*_cents` rounded up. `actual` = sure + possibly billed. */
export function toRunJson(run: RunView) {
  return {
    id: run.id,
    name: run.name,
    status: run.status,
    pause_reason: run.pauseReason,
    budget_scope: run.budgetScope,
    status_message: run.statusMessage,
    ...money(run),
    total_items: run.totalItems,
    processed_items: processedItems(run),
    completed_items: run.completedItems,
    failed_items: run.failedItems,
    skipped_items: run.skippedItems,
    departments_total: run.departmentsTotal,
    departments_completed: run.departmentsCompleted,
    categories_total: run.categoriesTotal,
    categories_completed: run.categoriesCompleted,
    products_total: run.productsTotal,
    products_searched: run.productsSearched,
    listings_seen: run.listingsSeen,
    sellers_found: run.sellersFound,
    sellers_new: run.sellersNew,
    seller_count_snapshot: run.sellerCountSnapshot,
    calls: run.calls,
    billed_calls: run.billedCalls,
    cached_calls: run.cachedCalls,
    workers: run.workers,
    best_seller_pages: run.bestSellerPages,
    pages_per_product: run.pagesPerProduct,
    markup_percent_min: run.markupPercentMin,
    markup_percent_max: run.markupPercentMax,
    include_loose_matches: run.includeLooseMatches,
    stop_at_cap: run.stopAtCap,
    category_ids: run.categoryIds,
    products_source: run.productsSource,
    template_id: run.templateId,
    preset_id: run.presetId,
    schedule_id: run.scheduleId,
    rerun_of: run.rerunOf,
    created_by: run.createdBy,
    created_at: run.createdAt.toISOString(),
    started_at: iso(run.startedAt),
    paused_at: iso(run.pausedAt),
    retry_at: iso(run.retryAt),
    warned_at: iso(run.warnedAt),
    completed_at: iso(run.completedAt),
  };
}

function money(run: RunView) {
  return {
    estimated_cost_cents: toCents(run.estimatedCostMicros),
    estimated_cost_micros: run.estimatedCostMicros,
    actual_cost_cents: toCents(run.spentMicros),
    actual_cost_micros: run.spentMicros,
    sure_cost_cents: toCents(run.sureMicros),
    sure_cost_micros: run.sureMicros,
    reserved_cents: toCents(run.reservedMicros),
    reserved_micros: run.reservedMicros,
    budget_cap_cents: toCents(run.budgetCapMicros),
    budget_cap_micros: run.budgetCapMicros,
  };
}

/** A finished run with what it took and brought. */
export function toHistoryJson(run: RunView, now: Date) {
  const perSeller = costPerNewSeller(run);
  return {
    ...toRunJson(run),
    duration_ms: elapsedMs(run, now),
    cost_per_new_seller_micros: perSeller,
    new_sellers_per_dollar: run.spentMicros > 0 ? round2((run.sellersNew * MICROS_PER_DOLLAR) / run.spentMicros) : null,
  };
}

const round2 = (value: number): number => Math.round(value * 100) / 100;

/** A run's counters with its pace, its money and what its workers do. */
export function toProgressJson({ run, busy, throttled }: RunProgress, now: Date) {
  const eta = etaMs(run, now);
  return {
    ...toRunJson(run),
    worker_status: toWorkerStatus(run, busy, throttled),
    throttled,
    cost_status: costStatus(run),
    warning_threshold_cents: toCents(warningThresholdMicros(run)),
    calls_per_minute: callsPerMinute(run, now),
    elapsed_seconds: Math.round(elapsedMs(run, now) / 1000),
    eta_seconds: eta === null ? null : Math.round(eta / 1000),
    revision: run.revision,
  };
}

/** One entry per worker: the oldest open calls are those under way; who has none is idle, held back, or done. */
function toWorkerStatus(run: RunView, busy: BusyItem[], throttled: boolean) {
  const rest = run.completedAt ? "complete" : throttled ? "limited" : "idle";
  return Array.from({ length: run.workers }, (_, index) => {
    const item = busy[index];
    const category = item?.categoryId ? findCategory(item.categoryId) : undefined;
    return {
      worker_id: index + 1,
      phase: item ? (item.kind === "best_sellers" ? "amazon" : "ebay") : null,
      department: category?.departmentName ?? null,
      category: category?.name ?? item?.categoryId ?? null,
      product: item?.data.type === "product" ? item.data.title : null,
      page: item?.page ?? null,
      status: item ? (item.kind === "best_sellers" ? "fetching" : "searching") : rest,
      since: item?.since.toISOString() ?? null,
    };
  });
}

/** What the UTC month's cap leaves; without a cap, `null` is left. What is left is rounded down to the cent. */
export function toBudgetJson(budget: MonthBudget) {
  const { capMicros, leftMicros, warningMicros } = budget;
  return {
    month: budget.month.slice(0, 7),
    resets_at: budget.resetsAt.toISOString(),
    monthly_cap_cents: capMicros === null ? null : toCents(capMicros),
    spent_cents: toCents(budget.spentMicros),
    spent_micros: budget.spentMicros,
    reserved_cents: toCents(budget.reservedMicros),
    reserved_micros: budget.reservedMicros,
    left_cents: leftMicros === null ? null : Math.floor(leftMicros / MICROS_PER_CENT),
    left_micros: leftMicros,
    warning_threshold_cents: warningMicros === null ? null : toCents(warningMicros),
    cost_status: budget.costStatus,
  };
}

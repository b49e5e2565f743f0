import { PRODUCTS_PER_PAGE } from "../marketplaces/amazon/best-sellers-page.ts";
import type { Run } from "./queries.ts";

type Timed = Pick<Run, "status" | "activeMs" | "segmentStartedAt">;
type Counted = Pick<Run, "completedItems" | "failedItems" | "skippedItems">;
type Expected = Counted & Pick<Run, "totalItems" | "categoriesTotal" | "categoriesCompleted">;
type Spending = Pick<Run, "spentMicros" | "reservedMicros" | "budgetCapMicros" | "softWarningPercent">;

export type CostStatus = "safe" | "warning" | "exceeded";

export const processedItems = (run: Counted): number => run.completedItems + run.failedItems + run.skippedItems;

/** How long the run has been running, without its pauses. */
export function elapsedMs(run: Timed, now: Date): number {
  const open = run.status === "running" && run.segmentStartedAt ? now.getTime() - run.segmentStartedAt.getTime() : 0;
  return run.activeMs + Math.max(0, open);
}

/** Paid calls per minute of running; 0 before the first second is over. */
export function callsPerMinute(run: Timed & Pick<Run, "calls">, now: Date): number {
  const minutes = elapsedMs(run, now) / 60_000;
  return minutes < 1 / 60 ? 0 : Math.round((run.calls / minutes) * 10) / 10;
}

/** How long the rest will take at the pace so far; null when nothing is known or nothing runs. */
export function etaMs(run: Timed & Expected, now: Date): number | null {
  const processed = processedItems(run);
  if (run.status !== "running" || processed === 0) return null;
  return Math.round((elapsedMs(run, now) / processed) * expectedLeft(run));
}

/** What the rest will cost at the cost so far, in micro-dollars; null when nothing is known. */
export function restCostMicros(run: Expected & Pick<Run, "spentMicros">): number | null {
  const processed = processedItems(run);
  return processed === 0 ? null : Math.ceil((run.spentMicros / processed) * expectedLeft(run));
}

/** Items that are known and open, and those that unread category pages are expected to bring. */
function expectedLeft(run: Expected): number {
  const unread = Math.max(0, run.categoriesTotal - run.categoriesCompleted) * PRODUCTS_PER_PAGE;
  return Math.max(0, run.totalItems + unread - processedItems(run));
}

export const warningThresholdMicros = (run: Pick<Run, "budgetCapMicros" | "softWarningPercent">): number =>
  Math.floor((run.budgetCapMicros * run.softWarningPercent) / 100);

/** What is spent and reserved beside the cap. `exceeded` means used up: more than the cap is never spent. */
export function costStatus(run: Spending & Partial<Pick<Run, "pauseReason">>): CostStatus {
  const used = run.spentMicros + run.reservedMicros;
  if (used >= run.budgetCapMicros || run.pauseReason === "budget") return "exceeded";
  return used >= warningThresholdMicros(run) ? "warning" : "safe";
}

/** Micro-dollars per new seller; null while there is none. */
export const costPerNewSeller = (run: Pick<Run, "spentMicros" | "sellersNew">): number | null =>
  run.sellersNew > 0 ? Math.ceil(run.spentMicros / run.sellersNew) : null;

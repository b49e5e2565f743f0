import { formatUsd, MICROS_PER_DOLLAR } from "../../money.ts";
import type { Run } from "../../runs/queries.ts";

/** The one line with which `collect --json` ends. Money in micro-dollars, time in milliseconds without pauses. */
export function toSummaryJson(run: Run) {
  return {
    run_id: run.id,
    status: run.status,
    pause_reason: run.pauseReason,
    categories: run.categoriesTotal,
    products: run.productsTotal,
    searched: run.productsSearched,
    failed: run.failedItems,
    sellers_found: run.sellersFound,
    sellers_new: run.sellersNew,
    calls: run.calls,
    cost_micros: run.spentMicros,
    reserved_micros: run.reservedMicros,
    duration_ms: run.activeMs,
  };
}

/** What was found and what it cost, for a person. */
export function summaryText(run: Run, exportPath: string | undefined): string {
  const perNew =
    run.sellersNew > 0
      ? `, $${(run.spentMicros / MICROS_PER_DOLLAR / run.sellersNew).toPrecision(2)} per new seller`
      : "";
  const possibly = run.spentMicros - run.sureMicros;
  const lines = [
    `${run.name}: ${statusText(run)}`,
    `  products   ${run.productsSearched} searched of ${run.productsTotal}, ${run.failedItems} items failed, ${run.skippedItems} skipped`,
    `  sellers    ${run.sellersFound} found, ${run.sellersNew} new (${run.listingsSeen} listings read)`,
    `  cost       ${formatUsd(run.spentMicros)} of ${formatUsd(run.budgetCapMicros)}, ${run.calls} calls, ${run.billedCalls} billed${perNew}`,
    possibly > 0 && `             of it ${formatUsd(possibly)} for calls that may have been billed`,
    `  time       ${(run.activeMs / 1000).toFixed(1)} s`,
    exportPath && `  export     ${exportPath}`,
    `  run        ${run.id}`,
  ];
  return lines.filter(Boolean).join("\n");
}

function statusText({ status, pauseReason, statusMessage }: Run): string {
  const why = pauseReason ? ` (${pauseReason})` : "";
  return `${status}${why}${statusMessage ? `. ${statusMessage}` : ""}`;
}

import type { PastRow } from "./past-queries.ts";

/** How far the estimates of earlier runs were from what the runs cost, in percent of the estimate. */
export interface PastError {
  runs: number;
  /** The median of the differences, whatever their direction. */
  medianPercent: number;
  /** Of all runs together: above 0 when they cost more than was told. */
  biasPercent: number;
}

/** Runs that were finished early say nothing: they were not to cost what was told. Null when there is no other. */
export function pastError(rows: readonly PastRow[]): PastError | null {
  const left = new Set(rows.filter((row) => row.finishedEarly).map((row) => row.runId));
  const runs = new Map(
    rows.map(({ runId, estimatedMicros, spentMicros }) => [runId, { estimatedMicros, spentMicros }]),
  );
  const whole = [...runs].filter(([id, run]) => !left.has(id) && run.estimatedMicros > 0).map(([, run]) => run);
  if (whole.length === 0) return null;
  const estimated = whole.reduce((sum, run) => sum + run.estimatedMicros, 0);
  const spent = whole.reduce((sum, run) => sum + run.spentMicros, 0);
  return {
    runs: whole.length,
    medianPercent: percent(medianOf(whole.map((run) => Math.abs(run.spentMicros / run.estimatedMicros - 1)))),
    biasPercent: percent(spent / estimated - 1),
  };
}

function medianOf(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1);
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}

/** To a tenth; never -0. */
const percent = (share: number): number => Math.round(share * 1000) / 10 || 0;

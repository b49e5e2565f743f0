/** @jsxImportSource @kitajs/html */
import type { RunView } from "../../src/runs/lists.ts";
import { count, dollars } from "./format.ts";

type Phases = Pick<
  RunView,
  "categoriesTotal" | "categoriesCompleted" | "productsTotal" | "productsSearched" | "productsSource" | "skippedItems"
>;

/** Products that need no search any more: searched, or skipped because none is possible (no price, for instance). */
export const productsDone = (run: Pick<Phases, "productsTotal" | "productsSearched" | "skippedItems">): number =>
  Math.min(run.productsTotal, run.productsSearched + run.skippedItems);

/** Both phases as one bar: Amazon's best sellers, then the searches on eBay, which are most of the calls. */
export const PhaseBar = ({ run, large = false }: { run: Phases; large?: boolean }) => (
  <span class="phasebar" data-size={large ? "lg" : undefined}>
    <progress
      class="bar is-amazon"
      max={Math.max(1, run.categoriesTotal)}
      value={run.productsSource === null ? run.categoriesCompleted : 1}
      aria-label={`Amazon: ${count(run.categoriesCompleted)} of ${count(run.categoriesTotal)} categories`}
    />
    <progress
      class="bar is-ebay"
      max={Math.max(1, run.productsTotal)}
      value={productsDone(run)}
      aria-label={`eBay: ${count(run.productsSearched)} of ${count(run.productsTotal)} products`}
    />
  </span>
);

interface BudgetMeterProps {
  label: string;
  usedMicros: number;
  capMicros: number;
  warnPercent: number;
  /** What is left does not pay for another call: as good as the cap. */
  isUsedUp?: boolean;
}

/** Green, from the warning threshold on yellow, at the cap red; the number beside it says the same. */
export const BudgetMeter = ({ label, usedMicros, capMicros, warnPercent, isUsedUp = false }: BudgetMeterProps) => (
  <span class="budget" data-tick={warnPercent === 80 ? "" : undefined}>
    <meter
      min={0}
      max={Math.max(1, capMicros)}
      low={(capMicros * warnPercent) / 100}
      high={isUsedUp ? usedMicros * 0.9999 : capMicros * 0.9999}
      optimum={0}
      value={usedMicros}
      aria-label={`${label}: ${dollars(usedMicros)} of ${dollars(capMicros)}`}
    />
  </span>
);

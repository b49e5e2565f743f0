/** @jsxImportSource @kitajs/html */
import type { RunView } from "../../src/runs/lists.ts";
import { costPerNewSeller, costStatus, elapsedMs, etaMs, processedItems } from "../../src/runs/pace.ts";
import { count, countOf, dollars, elapsed, fineDollars, percentOf, roughly } from "../ui/format.ts";
import { BudgetMeter, PhaseBar, productsDone } from "../ui/meters.tsx";

/** Where the run stands: both phases, the money, the counters. */
export const RunProgress = ({ run, now }: { run: RunView; now: Date }) => (
  <section class={run.status === "paused" ? "card is-halted" : "card"} aria-label="Progress">
    <PhasesAndMoney run={run} large />
    <footer class="gap-x-6! gap-y-1! text-xs text-muted-foreground">
      {run.productsSource === null ? (
        <>
          <Figure label="Departments" text={`${count(run.departmentsCompleted)} / ${count(run.departmentsTotal)}`} />
          <Figure label="Categories" text={`${count(run.categoriesCompleted)} / ${count(run.categoriesTotal)}`} />
        </>
      ) : null}
      <Figure label="Products" text={`${count(run.productsSearched)} / ${count(run.productsTotal)}`} />
      <span>
        Elapsed{" "}
        <b
          class="num ms-0.5 font-medium text-foreground"
          data-elapsed={run.status === "running" ? String(elapsedMs(run, now)) : undefined}
          safe
        >
          {elapsed(elapsedMs(run, now))}
        </b>
      </span>
      <span class="num ms-auto font-medium text-foreground" safe>
        {outlook(run, now)}
      </span>
    </footer>
  </section>
);

/** The bars and the budget, also shown on the home page. */
export const PhasesAndMoney = ({ run, large = false }: { run: RunView; large?: boolean }) => (
  <section class="grid gap-x-8 gap-y-4 md:grid-cols-[minmax(0,1fr)_15.5rem]">
    <div class="self-center">
      <PhaseBar run={run} large={large} />
      <div class="mt-2 grid gap-x-4 gap-y-1 text-xs sm:grid-cols-[1fr_3fr]">
        <p>
          <span class="font-medium text-amazon-text">Amazon</span>{" "}
          <span class="num text-muted-foreground sm:block" safe>
            {amazonText(run)}
          </span>
        </p>
        <p>
          <span class="font-medium text-ebay-text">eBay</span>{" "}
          <span class="num text-muted-foreground sm:block" safe>
            {ebayText(run)}
          </span>
        </p>
      </div>
    </div>
    <Money run={run} />
  </section>
);

const Money = ({ run }: { run: RunView }) => {
  const perSeller = costPerNewSeller(run);
  return (
    <div class="flex flex-col gap-1.5 md:border-s md:ps-6">
      <p class="num flex items-baseline justify-between">
        <span>
          <b class="text-base font-semibold" safe>
            {dollars(run.spentMicros)}
          </b>{" "}
          <span class="text-xs text-muted-foreground" safe>{`of ${dollars(run.budgetCapMicros)}`}</span>
        </span>
        <span class="plus text-xs" safe>{`+${count(run.sellersNew)} new`}</span>
      </p>
      <BudgetMeter
        label="Run budget"
        usedMicros={run.spentMicros + run.reservedMicros}
        capMicros={run.budgetCapMicros}
        warnPercent={run.softWarningPercent}
        isUsedUp={costStatus(run) === "exceeded"}
      />
      <p class="hint num" safe>
        {`${perSeller === null ? noneText(run) : `${fineDollars(perSeller)} per new seller`}${forecast(run)}`}
      </p>
    </div>
  );
};

const noneText = (run: RunView): string => (run.completedAt ? "No new seller" : "No new seller yet");

/** What the whole will cost; a finished run has cost what it has cost. */
const forecast = (run: RunView): string =>
  run.completedAt ? "" : ` · ~${dollars(Math.max(run.estimatedCostMicros, run.spentMicros))} in all`;

const Figure = ({ label, text }: { label: string; text: string }) => (
  <span>
    <span safe>{label}</span>{" "}
    <b class="num ms-0.5 font-medium text-foreground" safe>
      {text}
    </b>
  </span>
);

function amazonText(run: RunView): string {
  if (run.productsSource !== null) return "Own products";
  if (run.categoriesCompleted === run.categoriesTotal)
    return `${run.categoriesTotal > 1 ? "All " : ""}${countOf(run.categoriesTotal, "category", "categories")} read`;
  return `${count(run.categoriesCompleted)} of ${countOf(run.categoriesTotal, "category", "categories")}`;
}

function ebayText(run: RunView): string {
  if (run.productsTotal === 0) return run.status === "running" ? "No products yet" : "No products";
  const skipped = run.skippedItems > 0 ? `, ${count(run.skippedItems)} skipped` : "";
  const percent = percentOf(productsDone(run), run.productsTotal);
  return `${count(run.productsSearched)} of ${countOf(run.productsTotal, "product")}${skipped}, ${percent}%`;
}

function outlook(run: RunView, now: Date): string {
  const eta = etaMs(run, now);
  if (eta !== null) return `${roughly(eta)} left`;
  if (run.completedAt) return `Finished ${run.completedAt.toISOString().slice(11, 16)} UTC`;
  return `${countOf(run.totalItems - processedItems(run), "item")} left`;
}

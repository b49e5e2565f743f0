/** @jsxImportSource @kitajs/html */
import type { FailedGroup } from "../../src/runs/item-list-queries.ts";
import type { RunView } from "../../src/runs/lists.ts";
import { callsPerMinute, costPerNewSeller } from "../../src/runs/pace.ts";
import { clock, count, dollars, fineDollars } from "../ui/format.ts";

interface MetricsProps {
  run: RunView;
  failures: FailedGroup[];
  now: Date;
}

/** The run in numbers. Not a live region: it changes too often to be read out. */
export const RunMetrics = ({ run, failures, now }: MetricsProps) => {
  const perSeller = costPerNewSeller(run);
  const known = run.sellersFound > 0 ? (1 - run.sellersNew / run.sellersFound) * 100 : null;
  return (
    <section class="card" aria-labelledby="metrics-h">
      <header>
        <h2 id="metrics-h">Metrics</h2>
        <p class="end num text-muted-foreground" safe>{`${clock(now)} UTC`}</p>
      </header>
      <section class="flex flex-col gap-3">
        <dl class="kv text-xs">
          <Pair term="Calls per minute of running" text={count(Math.round(callsPerMinute(run, now)))} />
          <Pair term="Calls" text={count(run.calls)} />
          <Pair term="Billed" text={count(run.billedCalls)} />
          <Pair term="Listings seen" text={count(run.listingsSeen)} />
        </dl>
        <dl class="kv border-t pt-3 text-xs">
          <Pair term="Sellers found" text={count(run.sellersFound)} />
          <Pair term="New" text={`+${count(run.sellersNew)}`} class="plus" />
          <Pair term="Known already" text={known === null ? "–" : `${known.toFixed(1)}%`} />
          <Pair term="Cost" text={dollars(run.spentMicros)} />
          <Pair term="Possibly billed" text={dollars(run.spentMicros - run.sureMicros)} />
          <Pair term="In flight" text={dollars(run.reservedMicros)} />
          <Pair term="Per new seller" text={perSeller === null ? "–" : fineDollars(perSeller)} />
        </dl>
        {failures.length > 0 ? <FailureBars failures={failures} /> : null}
      </section>
    </section>
  );
};

const Pair = ({ term, text, class: classes }: { term: string; text: string; class?: string }) => (
  <>
    <dt safe>{term}</dt>
    <dd class={classes} safe>
      {text}
    </dd>
  </>
);

const FailureBars = ({ failures }: { failures: FailedGroup[] }) => (
  <div class="border-t pt-3">
    <p class="mb-1.5 text-xs text-muted-foreground">Failed or skipped, by reason</p>
    <ul class="flex flex-col gap-1.5 text-xs">
      {failures.map(({ errorCode, n }) => (
        <li class="grid grid-cols-[minmax(0,1fr)_5rem_2.5rem] items-center gap-2">
          <span class="truncate" safe>
            {errorCode.replaceAll("_", " ")}
          </span>
          <progress class="bar is-quiet" max={failures[0]?.n ?? n} value={n} aria-hidden="true" />
          <span class="num text-end font-medium" safe>
            {count(n)}
          </span>
        </li>
      ))}
    </ul>
  </div>
);

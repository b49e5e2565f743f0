import type { Tx } from "../db/client.ts";
import type { CallOutcome } from "../runs/items.ts";

/** What calls came to. */
export interface CallFigures {
  calls: number;
  /** How many brought no page that can be used, by outcome. */
  failures: Partial<Record<CallOutcome, number>>;
  /** Tries of a page beyond its first. */
  retries: number;
  /** Milliseconds; null where no call tells how long it took. */
  p50Ms: number | null;
  p95Ms: number | null;
  costMicros: number;
  /** Names that they put on the list. */
  sellersNew: number;
}

export interface MetricsRow extends CallFigures {
  /** Whose calls these are; null for those that no worker made, and for all together. */
  worker: number | null;
  /** All of the run. */
  isTotal: boolean;
}

/**
 * The run's settled calls in figures: all together first, then by worker. What was never sent and what the cache answered
 * is no call.
 */
export function listMetrics(tx: Tx, runId: string): Promise<MetricsRow[]> {
  return tx<MetricsRow[]>`
    with calls as materialized (
      select worker, attempt, outcome, duration_ms, cost_micros, sellers_new
      from provider_calls where run_id = ${runId} and state <> 'reserved' and outcome not in ('not_sent', 'cached')
    ), by_outcome as (
      select grouping(worker) = 1 as is_total, worker, outcome, count(*)::int as n
      from calls where outcome not in ('ok', 'no_results') group by grouping sets ((outcome), (worker, outcome))
    ), failures as (
      select is_total, worker, jsonb_object_agg(outcome, n) as failures from by_outcome group by is_total, worker
    ), figures as (
      select grouping(worker) = 1 as is_total, worker, count(*)::int as calls,
        (count(*) filter (where attempt > 1))::int as retries,
        percentile_disc(array[0.5, 0.95]) within group (order by duration_ms) as durations,
        sum(cost_micros)::bigint as cost_micros, sum(sellers_new)::int as sellers_new
      from calls group by grouping sets ((), (worker))
    )
    select f.worker, f.is_total, f.calls, f.retries, f.durations[1] as p50_ms, f.durations[2] as p95_ms,
      coalesce(f.cost_micros, 0) as cost_micros, coalesce(f.sellers_new, 0) as sellers_new, coalesce(b.failures, '{}') as failures
    from figures f left join failures b on b.is_total = f.is_total and b.worker is not distinct from f.worker
    order by f.is_total desc, f.worker nulls last`;
}

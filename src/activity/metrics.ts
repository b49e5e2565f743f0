import type { Tx } from "../db/client.ts";
import { getRunView, type RunView } from "../runs/lists.ts";
import { type CallFigures, listMetrics } from "./metrics-queries.ts";

export interface Metrics {
  run: RunView;
  total: CallFigures;
  /** By worker: all of the run's, and 0 for calls that none of them made. */
  workers: Map<number, CallFigures>;
}

const NO_CALLS: CallFigures = {
  calls: 0,
  failures: {},
  retries: 0,
  p50Ms: null,
  p95Ms: null,
  costMicros: 0,
  sellersNew: 0,
};

/**
 * What the calls of a run came to, counted from the ledger: the same for everybody, now and later.
 * @throws NotFoundError
 */
export async function getMetrics(tx: Tx, id: string): Promise<Metrics> {
  const run = await getRunView(tx, id);
  const rows = await listMetrics(tx, run.id);
  const known = new Map(rows.filter((row) => !row.isTotal).map((row) => [row.worker ?? 0, row]));
  const numbers = new Set([...Array.from({ length: run.workers }, (_, index) => index + 1), ...known.keys()]);
  const workers = [...numbers].sort((a, b) => a - b).map((number) => [number, known.get(number) ?? NO_CALLS] as const);
  return { run, total: rows.find((row) => row.isTotal) ?? NO_CALLS, workers: new Map(workers) };
}

export function toMetricsJson({ run, total, workers }: Metrics) {
  return {
    run_id: run.id,
    ...figuresJson(total),
    // A call that was cut and read later counts for the run, whoever made it.
    sellers_new: run.sellersNew,
    cached_calls: run.cachedCalls,
    sellers_found: run.sellersFound,
    workers: [...workers].map(([worker_id, figures]) => ({ worker_id, ...figuresJson(figures) })),
  };
}

function figuresJson({ calls, failures, retries, p50Ms, p95Ms, costMicros, sellersNew }: CallFigures) {
  return {
    calls,
    failed_calls: Object.values(failures).reduce((sum, n) => sum + n, 0),
    failures,
    retries,
    p50_ms: p50Ms,
    p95_ms: p95Ms,
    cost_micros: costMicros,
    sellers_new: sellersNew,
  };
}

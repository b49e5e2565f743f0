import { array } from "../db/array.ts";
import type { Tx } from "../db/client.ts";
import type { RunId } from "../ids.ts";
import type { NewCounts } from "./item-queries.ts";
import { announce, type Run } from "./queries.ts";

/** What a commit adds to a run's counters; money comes off `reserved` and onto `spent`. */
export interface Progress extends NewCounts {
  releasedMicros: number;
  spentMicros: number;
  sureMicros: number;
  completed: number;
  failed: number;
  skipped: number;
  searched: number;
  listings: number;
  sellersFound: number;
  sellersNew: number;
  calls: number;
  billedCalls: number;
  cachedCalls: number;
  /** Whether a category's page ended, so that the completed categories are counted again. */
  categoriesMoved: boolean;
}

/** Why items of an ended run were skipped without a try: nothing that they stand for is done. */
export const GIVEN_UP = ["cancelled", "finished_early"] as const;

/** How many categories have nothing left to read, as an expression. */
export const completedCategories = (tx: Tx, id: RunId) => tx`(
  select count(*) from (
    select category_id from collection_items where run_id = ${id} and kind = 'best_sellers'
    group by category_id having bool_and(
      status in ('completed', 'failed', 'skipped') and coalesce(error_code <> all(${array(GIVEN_UP)}::text[]), true)
    )
  ) ended
)`;

/** Adds to the counters and announces the change; undefined when the lane of that epoch is gone. */
export async function addProgress(tx: Tx, id: RunId, epoch: number, p: Progress): Promise<Run | undefined> {
  const [run] = await tx<Run[]>`
    update runs set
      reserved_micros = reserved_micros - ${p.releasedMicros}, spent_micros = spent_micros + ${p.spentMicros},
      sure_micros = sure_micros + ${p.sureMicros}, completed_items = completed_items + ${p.completed},
      failed_items = failed_items + ${p.failed}, skipped_items = skipped_items + ${p.skipped + p.skippedAtOnce},
      total_items = total_items + ${p.items}, products_total = products_total + ${p.products},
      products_searched = products_searched + ${p.searched}, listings_seen = listings_seen + ${p.listings},
      sellers_found = sellers_found + ${p.sellersFound}, sellers_new = sellers_new + ${p.sellersNew},
      calls = calls + ${p.calls}, billed_calls = billed_calls + ${p.billedCalls},
      cached_calls = cached_calls + ${p.cachedCalls},
      categories_completed = case when ${p.categoriesMoved} then ${completedCategories(tx, id)}
        else categories_completed end,
      revision = revision + 1
    where id = ${id} and exists (select 1 from lanes where run_id = ${id} and epoch = ${epoch})
    returning *`;
  if (run) await announce(tx, id);
  return run;
}

/** Notes that the spending has passed the warning threshold; false when that was noted before. */
export async function warnOnce(tx: Tx, id: RunId): Promise<boolean> {
  const rows = await tx`update runs set warned_at = now() where id = ${id} and warned_at is null returning 1`;
  return rows.length === 1;
}

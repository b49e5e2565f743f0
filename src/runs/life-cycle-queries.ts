import { array } from "../db/array.ts";
import type { Tx } from "../db/client.ts";
import { newId, type OrganisationId, type RunId } from "../ids.ts";
import { completedCategories, type GIVEN_UP } from "./progress-queries.ts";
import type { Run } from "./queries.ts";
import { type BudgetScope, isFinal, type PauseReason, type RunStatus, sourcesOf } from "./status.ts";

export interface Move {
  to: RunStatus;
  /** The statuses it may come from; by default all from which `to` may be reached. */
  from?: readonly RunStatus[];
  /** Only while it is paused for this reason: somebody may have paused it anew since the caller looked. */
  whilePausedFor?: PauseReason;
  pauseReason?: PauseReason;
  budgetScope?: BudgetScope;
  retryAt?: Date;
  message?: string;
}

/**
 * The only writer of `status`: undefined when the run was in no status from which it may become `to`. A run that begins
 * to run gets a segment, unless the one before it is not over yet.
 */
export async function moveRun(tx: Tx, id: RunId, move: Move): Promise<Run | undefined> {
  const final = isFinal(move.to);
  const runs = move.to === "running";
  const legal = sourcesOf(move.to).filter((status) => move.from?.includes(status) ?? true);
  const [run] = await tx<Run[]>`
    update runs set status = ${move.to}, pause_reason = ${move.pauseReason ?? null},
      budget_scope = ${move.budgetScope ?? null}, retry_at = ${move.retryAt ?? null},
      status_message = ${move.message ?? null},
      paused_at = case when ${move.to === "paused"} then now() end,
      completed_at = case when ${final} then now() end,
      started_at = case when ${runs} then coalesce(started_at, now()) else started_at end,
      active_ms = active_ms + greatest(0, coalesce((extract(epoch from now() - segment_started_at) * 1000)::bigint, 0)),
      segment_started_at = case when ${runs} then now() end,
      entry_id = case when ${runs} then coalesce(entry_id, ${newId()}) else entry_id end,
      revision = revision + 1
    where id = ${id} and status = any(${array(legal)}::text[])
      ${move.whilePausedFor ? tx`and pause_reason = ${move.whilePausedFor}` : tx``}
    returning *`;
  return run;
}

/** What may be changed on a run that has begun. */
export interface Limits {
  budgetCapMicros: number;
  workers: number;
}

/** Changes the limits; undefined when the cap would lie below what is spent and reserved. Another cap warns anew. */
export async function changeLimits(tx: Tx, id: RunId, limits: Limits): Promise<Run | undefined> {
  const [run] = await tx<Run[]>`
    update runs set budget_cap_micros = ${limits.budgetCapMicros}, workers = ${limits.workers}, revision = revision + 1,
      warned_at = case when budget_cap_micros = ${limits.budgetCapMicros} then warned_at end
    where id = ${id} and spent_micros + reserved_micros <= ${limits.budgetCapMicros} returning *`;
  return run;
}

/** Gives up what a final run has left to do, with the reason in words and as a code. */
export async function skipOpenItems(
  tx: Tx,
  id: RunId,
  code: (typeof GIVEN_UP)[number],
  message: string,
): Promise<void> {
  await tx`
    with skipped as (
      update collection_items set status = 'skipped', error_code = ${code}, error_message = ${message},
        not_before = null, finished_at = now()
      where run_id = ${id} and status in ('pending', 'processing') returning 1
    )
    update runs set skipped_items = skipped_items + (select count(*) from skipped) where id = ${id}`;
}

/**
 * Books calls that a lane left open when it failed: whether they were billed nobody can find out any more, so they count
 * as spent. One that was to be answered from an earlier answer costs nothing.
 */
export async function bookOpenCalls(tx: Tx, orgId: OrganisationId, id: RunId): Promise<void> {
  await tx`
    with booked as (
      update provider_calls set settled_at = now(), cost_micros = price_micros,
        state = case when cached_from is null then 'settled' else 'released' end,
        outcome = case when cached_from is null then 'possibly_billed' else 'not_sent' end,
        billing = case when cached_from is null then 'possibly_billed' else 'not_billed' end,
        error_message = 'The run ended before its outcome was known.'
      where run_id = ${id} and state = 'reserved' returning item_id, month, price_micros, cached_from
    ), months as (
      update budget_months m set reserved_micros = m.reserved_micros - t.price, spent_micros = m.spent_micros + t.price
      from (select month, sum(price_micros) as price from booked group by month) t
      where m.org_id = ${orgId} and m.month = t.month
    ), items as (
      update collection_items i set cost_micros = i.cost_micros + t.price
      from (select item_id, sum(price_micros) as price from booked group by item_id) t where i.id = t.item_id
    ), total as (
      select coalesce(sum(price_micros), 0) as price, count(*) filter (where cached_from is null) as calls from booked
    )
    update runs set reserved_micros = reserved_micros - total.price, spent_micros = spent_micros + total.price,
      calls = runs.calls + total.calls
    from total where id = ${id} and exists (select 1 from booked)`;
}

/** Ends the segment on the run's row; a final run notes how many sellers the list has. */
export async function clearSegment(tx: Tx, id: RunId): Promise<Run | undefined> {
  const [run] = await tx<Run[]>`
    update runs set entry_id = null, revision = revision + 1,
      seller_count_snapshot = case when status in ('completed', 'failed', 'cancelled')
        then (select seller_count from list_states) else seller_count_snapshot end
    where id = ${id} returning *`;
  return run;
}

/** Makes failed items pending again, all or those named; returns how many. */
export async function reopenFailedItems(tx: Tx, id: RunId, itemIds: readonly string[] | undefined): Promise<number> {
  const reopened = await tx`
    update collection_items set status = 'pending', attempts = 0, not_before = null, error_code = null,
      error_message = null, finished_at = null
    where run_id = ${id} and status = 'failed' ${itemIds ? tx`and id = any(${array(itemIds)}::uuid[])` : tx``}`;
  await tx`
    update runs set failed_items = failed_items - ${reopened.count}, categories_completed = ${completedCategories(tx, id)}
    where id = ${id}`;
  return reopened.count;
}

export interface InFlight {
  calls: number;
  costMicros: number;
}

/** Calls that may be under way, at most one for each worker, and what they may still cost. */
export async function findInFlight(tx: Tx, id: RunId): Promise<InFlight> {
  const [row] = await tx<InFlight[]>`
    select count(*)::int as calls, coalesce(sum(price_micros), 0)::bigint as cost_micros from (
      select c.price_micros from provider_calls c
      where c.run_id = ${id} and c.state = 'reserved' and c.cached_from is null
      order by c.price_micros desc limit (select workers from runs where id = ${id})
    ) open`;
  return row ?? { calls: 0, costMicros: 0 };
}

/** How many runs are open: pending, running or paused. Counted one transaction at a time. */
export async function countOpenRuns(tx: Tx): Promise<number> {
  // Two requests at once must not both find the last free place.
  await tx`select 1 from settings for no key update`;
  const [row] = await tx<{ n: number }[]>`
    select count(*)::int as n from runs where status in ('pending', 'running', 'paused')`;
  return row?.n ?? 0;
}

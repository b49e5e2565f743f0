import { array } from "../db/array.ts";
import type { Sql, Tx } from "../db/client.ts";
import { newId, type OrganisationId, type RunId } from "../ids.ts";
import type { ItemData, ItemKind, ItemStatus } from "./items.ts";
import type { runs } from "./schema.ts";
import { type BudgetScope, isFinal, type PauseReason, type RunStatus, sourcesOf } from "./status.ts";

export type Run = Omit<typeof runs.$inferSelect, "id" | "orgId"> & { id: RunId; orgId: OrganisationId };

/** What a new run is made of; everything else starts at its default. */
export type NewRun = Pick<
  Run,
  | "id"
  | "name"
  | "workers"
  | "bestSellerPages"
  | "pagesPerProduct"
  | "markupPercentMin"
  | "markupPercentMax"
  | "includeLooseMatches"
  | "stopAtCap"
  | "categoryIds"
  | "productsSource"
  | "bestSellersPriceMicros"
  | "sellerSearchPriceMicros"
  | "softWarningPercent"
  | "createdBy"
  | "estimatedCostMicros"
  | "budgetCapMicros"
  | "departmentsTotal"
  | "categoriesTotal"
>;

export async function insertRun(tx: Tx, orgId: OrganisationId, run: NewRun): Promise<void> {
  await tx`
    insert into runs (id, org_id, name, workers, best_seller_pages, pages_per_product, markup_percent_min,
      markup_percent_max, include_loose_matches, stop_at_cap, category_ids, products_source, best_sellers_price_micros,
      seller_search_price_micros, soft_warning_percent, created_by, estimated_cost_micros, budget_cap_micros,
      departments_total, categories_total)
    values (${run.id}, ${orgId}, ${run.name}, ${run.workers}, ${run.bestSellerPages}, ${run.pagesPerProduct},
      ${run.markupPercentMin}, ${run.markupPercentMax}, ${run.includeLooseMatches}, ${run.stopAtCap},
      ${array(run.categoryIds)}::text[], ${run.productsSource}, ${run.bestSellersPriceMicros}, ${run.sellerSearchPriceMicros},
      ${run.softWarningPercent}, ${run.createdBy}, ${run.estimatedCostMicros}, ${run.budgetCapMicros},
      ${run.departmentsTotal}, ${run.categoriesTotal})`;
}

export async function findRun(tx: Tx, id: RunId): Promise<Run | undefined> {
  const [run] = await tx<Run[]>`select * from runs where id = ${id}`;
  return run;
}

/** The newest run that has not ended. */
export async function findNewestOpenRun(tx: Tx): Promise<Run | undefined> {
  const [run] = await tx<Run[]>`
    select * from runs where status in ('pending', 'running', 'paused') order by created_at desc, id desc limit 1`;
  return run;
}

export async function listOpenRuns(tx: Tx): Promise<Pick<Run, "id" | "name" | "status" | "pauseReason">[]> {
  return tx`
    select id, name, status, pause_reason from runs where status in ('pending', 'running', 'paused')
    order by created_at desc, id desc`;
}

export interface NewItem {
  kind: ItemKind;
  externalId: string;
  status: Extract<ItemStatus, "pending" | "skipped">;
  position: number;
  categoryId: string | null;
  /** Why it is skipped. */
  errorCode: string | null;
  errorMessage: string | null;
  data: ItemData;
}

/** Items that came into a run. */
export interface NewCounts {
  items: number;
  products: number;
  /** Of the items, those that are skipped from the start. */
  skippedAtOnce: number;
}

/** Adds items that the run does not have yet. One that another category brought first stays with that category. */
export async function insertItems(tx: Tx, orgId: OrganisationId, runId: RunId, items: NewItem[]): Promise<NewCounts> {
  if (items.length === 0) return { items: 0, products: 0, skippedAtOnce: 0 };
  const added = await tx<Pick<NewItem, "kind" | "status">[]>`
    insert into collection_items (id, org_id, run_id, kind, external_id, status, position, category_id, error_code,
      error_message, data, finished_at)
    select t.id, ${orgId}, ${runId}, t.kind, t.external_id, t.status, t.position, t.category_id, t.error_code,
      t.error_message, t.data::jsonb, case when t.status = 'skipped' then now() end
    from unnest(
      ${array(items.map(() => newId()))}::uuid[], ${array(items.map((i) => i.kind))}::text[],
      ${array(items.map((i) => i.externalId))}::text[], ${array(items.map((i) => i.status))}::text[],
      ${array(items.map((i) => i.position))}::int[], ${array(items.map((i) => i.categoryId))}::text[],
      ${array(items.map((i) => i.errorCode))}::text[], ${array(items.map((i) => i.errorMessage))}::text[],
      ${array(items.map((i) => JSON.stringify(i.data)))}::text[]
    ) as t(id, kind, external_id, status, position, category_id, error_code, error_message, data)
    on conflict (run_id, kind, external_id) do nothing
    returning kind, status`;
  return {
    items: added.length,
    products: added.filter((item) => item.kind === "seller_search").length,
    skippedAtOnce: added.filter((item) => item.status === "skipped").length,
  };
}

/** Counts items on the run that came in outside a commit. */
export async function countNewItems(tx: Tx, id: RunId, { items, products, skippedAtOnce }: NewCounts): Promise<void> {
  await tx`
    update runs set total_items = total_items + ${items}, products_total = products_total + ${products},
      skipped_items = skipped_items + ${skippedAtOnce}
    where id = ${id}`;
}

export interface Move {
  to: RunStatus;
  pauseReason?: PauseReason;
  budgetScope?: BudgetScope;
  retryAt?: Date;
  message?: string;
}

/** The only writer of `status`: undefined when the run was in no status from which `to` may be reached. */
export async function moveRun(tx: Tx, id: RunId, move: Move): Promise<Run | undefined> {
  const final = isFinal(move.to);
  const [run] = await tx<Run[]>`
    update runs set status = ${move.to}, pause_reason = ${move.pauseReason ?? null},
      budget_scope = ${move.budgetScope ?? null}, retry_at = ${move.retryAt ?? null},
      status_message = ${move.message ?? null},
      paused_at = case when ${move.to === "paused"} then now() end,
      completed_at = case when ${final} then now() end,
      active_ms = active_ms + coalesce((extract(epoch from now() - segment_started_at) * 1000)::bigint, 0),
      segment_started_at = null, entry_id = null, revision = revision + 1,
      seller_count_snapshot = case when ${final} then (select seller_count from list_states) else seller_count_snapshot end
    where id = ${id} and status = any(${array(sourcesOf(move.to))}::text[])
    returning *`;
  return run;
}

/**
 * Makes the caller the owner of the run: status running, a new epoch, a new segment with its entry id. A run that says
 * `running` is taken over; the caller holds the run's lock, so its former owner is gone.
 */
export async function startSegment(tx: Tx, id: RunId, entryId: string): Promise<Run | undefined> {
  const [run] = await tx<Run[]>`
    update runs set status = 'running', pause_reason = null, budget_scope = null, retry_at = null, paused_at = null,
      status_message = null, completed_at = null, epoch = epoch + 1, revision = revision + 1, entry_id = ${entryId},
      segment_started_at = now(), started_at = coalesce(started_at, now())
    where id = ${id} and status = any(${array([...sourcesOf("running"), "running"])}::text[])
    returning *`;
  return run;
}

/** What may be changed on a run that has begun. */
export interface Limits {
  budgetCapMicros: number;
  workers: number;
}

/** Changes the limits; undefined when the cap would lie below what is spent and reserved. */
export async function changeLimits(tx: Tx, id: RunId, limits: Limits): Promise<Run | undefined> {
  const [run] = await tx<Run[]>`
    update runs set budget_cap_micros = ${limits.budgetCapMicros}, workers = ${limits.workers}, revision = revision + 1
    where id = ${id} and spent_micros + reserved_micros <= ${limits.budgetCapMicros} returning *`;
  return run;
}

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
  /** Whether a category's page ended, so that the completed categories are counted again. */
  categoriesMoved: boolean;
}

/** Adds to the counters and announces the change; undefined when the epoch has passed. */
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
      categories_completed = case when ${p.categoriesMoved} then (
        select count(*) from (
          select category_id from collection_items where run_id = ${id} and kind = 'best_sellers'
          group by category_id having bool_and(status in ('completed', 'failed', 'skipped'))
        ) ended
      ) else categories_completed end,
      revision = revision + 1
    where id = ${id} and epoch = ${epoch}
    returning *`;
  if (run) await announce(tx, id);
  return run;
}

/** Tells every process that the run has changed; heard when (and only when) the transaction commits. */
export async function announce(tx: Tx, id: RunId): Promise<void> {
  await tx`select pg_notify('run_changed', ${id})`;
}

/** Locks the run for this session: only its holder may work on it. False when somebody else does. */
export async function tryLockRun(sql: Sql, id: RunId): Promise<boolean> {
  const [row] = await sql<{ locked: boolean }[]>`select pg_try_advisory_lock(hashtextextended(${id}, 7)) as locked`;
  return row?.locked ?? false;
}

export async function unlockRun(sql: Sql, id: RunId): Promise<void> {
  await sql`select pg_advisory_unlock(hashtextextended(${id}, 7))`;
}

import { array } from "../../db/array.ts";
import type { Sql, Tx } from "../../db/client.ts";
import type { RunId } from "../../ids.ts";
import type { CallOutcome, CallState, ItemKind, ItemStatus } from "../../runs/items.ts";
import type { BudgetScope, PauseReason, RunStatus } from "../../runs/status.ts";

export interface Standing {
  id: RunId;
  status: RunStatus;
  pauseReason: PauseReason | null;
  budgetScope: BudgetScope | null;
  pausedAt: Date | null;
  budgetCapMicros: number;
  workers: number;
  reservedMicros: number;
  spentMicros: number;
  failedItems: number;
  lanes: number;
  open: number;
}

export function listStanding(tx: Tx, runIds: readonly RunId[]): Promise<Standing[]> {
  return tx<Standing[]>`
    select id, status, pause_reason, budget_scope, paused_at, budget_cap_micros, workers, reserved_micros, spent_micros, failed_items,
      (select count(*) from lanes where run_id = r.id)::int as lanes,
      (select count(*) from provider_calls where run_id = r.id and state = 'reserved')::int as open
    from runs r where id = any(${array(runIds)}::uuid[]) order by id`;
}

export interface HeldLane {
  runId: RunId;
  processId: string;
  status: RunStatus;
}

export function listHeldLanes(tx: Tx): Promise<HeldLane[]> {
  return tx<HeldLane[]>`select l.run_id, l.process_id, r.status from lanes l join runs r on r.id = l.run_id`;
}

export async function freeLock(keeper: Sql, processId: string): Promise<void> {
  await keeper`select pg_advisory_unlock(hashtextextended(${processId}, 11))`;
}

export async function freeAllLocks(keeper: Sql): Promise<void> {
  await keeper`select pg_advisory_unlock_all()`;
}

export async function takeViolations(sql: Sql): Promise<string[]> {
  const rows = await sql<{ what: string; run: string | null }[]>`
    delete from sim.violations returning what, run_id::text as run`;
  return rows.map(({ what, run }) => `${what} (run ${run})`);
}

/** How the runs moved from status to status, and when. */
export async function takeMoves(sql: Sql): Promise<string[]> {
  const rows = await sql<{ run: string; source: string; target: string; at: Date; why: string | null }[]>`
    with taken as (delete from sim.moves returning *)
    select run_id::text as run, source, target, at, why from taken order by at`;
  return rows.map(
    ({ run, source, target, at, why }) => `${at.toISOString()} ${run}: ${source} -> ${target} ${why ?? ""}`,
  );
}

export interface ItemRow {
  id: string;
  kind: ItemKind;
  externalId: string;
  status: ItemStatus;
  nextPage: number;
  title: string | null;
  nodeId: string | null;
  page: number | null;
}

export function listItems(tx: Tx, runId: RunId): Promise<ItemRow[]> {
  return tx<ItemRow[]>`
    select id, kind, external_id, status, next_page, data->>'title' as title, data->>'nodeId' as node_id,
      (data->>'page')::int as page
    from collection_items where run_id = ${runId}`;
}

export interface CallRow {
  id: string;
  itemId: string;
  page: number;
  state: CallState;
  outcome: CallOutcome | null;
  reservedAt: Date;
  settledAt: Date | null;
}

export function listCalls(tx: Tx, runId: RunId): Promise<CallRow[]> {
  return tx<CallRow[]>`
    select id, item_id, page, state, outcome, reserved_at, settled_at from provider_calls where run_id = ${runId}`;
}

export async function listFound(tx: Tx, runId: RunId): Promise<string[]> {
  const rows = await tx<{ name: string }[]>`select normalized_name as name from run_sellers where run_id = ${runId}`;
  return rows.map(({ name }) => name);
}

export async function listListed(tx: Tx, salt: string): Promise<string[]> {
  const rows = await tx<{ name: string }[]>`
    select normalized_name as name from sellers where listed and normalized_name like ${`${salt}-%`}`;
  return rows.map(({ name }) => name);
}

/** Each counter of a run beside its recount, where they differ. */
export async function listMiscounts(tx: Tx, runId: RunId): Promise<string[]> {
  const rows = await tx<{ name: string; kept: number; counted: number }[]>`
    with items as (
      select count(*) as total, count(*) filter (where status = 'completed') as completed,
        count(*) filter (where status = 'failed') as failed, count(*) filter (where status = 'skipped') as skipped,
        count(*) filter (where kind = 'seller_search') as products,
        count(*) filter (where kind = 'seller_search' and status = 'completed') as searched
      from collection_items where run_id = ${runId}
    ), calls as (
      select coalesce(sum(price_micros) filter (where state = 'reserved'), 0) as reserved,
        coalesce(sum(cost_micros), 0) as spent,
        coalesce(sum(cost_micros) filter (where billing = 'billed'), 0) as sure,
        count(*) filter (where billing = 'billed') as billed,
        count(*) filter (where outcome = 'cached') as cached
      from provider_calls where run_id = ${runId}
    ), finds as (
      select count(*) as found, count(*) filter (where is_new) as new from run_sellers where run_id = ${runId}
    ), times as (
      select coalesce(sum(abs(s.times_seen - (
        select count(distinct (g.run_id, g.item_id)) from sightings g where g.seller_id = s.id and g.counted
      ))), 0) as wrong
      from sellers s where s.last_seen_run_id = ${runId}
    )
    select c.name, c.kept, c.counted from runs r, items i, calls l, finds f, times t, lateral (values
      ('total', r.total_items::numeric, i.total::numeric), ('completed', r.completed_items, i.completed),
      ('failed', r.failed_items, i.failed), ('skipped', r.skipped_items, i.skipped),
      ('products', r.products_total, i.products), ('searched', r.products_searched, i.searched),
      ('reserved', r.reserved_micros, l.reserved), ('spent', r.spent_micros, l.spent), ('sure', r.sure_micros, l.sure),
      ('billed', r.billed_calls, l.billed), ('cached', r.cached_calls, l.cached),
      ('found', r.sellers_found, f.found), ('new', r.sellers_new, f.new), ('wrong times_seen', 0, t.wrong)
    ) as c(name, kept, counted)
    where r.id = ${runId} and c.kept <> c.counted`;
  return rows.map(({ name, kept, counted }) => `${name}: ${kept}, but ${counted} when counted`);
}

export interface Bill {
  sureMicros: number;
  spentMicros: number;
}

export async function sumBills(tx: Tx, runIds: readonly RunId[]): Promise<Bill> {
  const [row] = await tx<Bill[]>`
    select coalesce(sum(sure_micros), 0)::bigint as sure_micros, coalesce(sum(spent_micros), 0)::bigint as spent_micros
    from runs where id = any(${array(runIds)}::uuid[])`;
  return row ?? { sureMicros: 0, spentMicros: 0 };
}

/** Months of the runs whose row is not the sum of their calls. */
export async function listWrongMonths(tx: Tx, runIds: readonly RunId[]): Promise<string[]> {
  const rows = await tx<{ month: string }[]>`
    select c.month::text as month from (
      select month, sum(cost_micros) as spent, coalesce(sum(price_micros) filter (where state = 'reserved'), 0) as reserved
      from provider_calls where run_id = any(${array(runIds)}::uuid[]) group by month
    ) c
    left join budget_months m on m.month = c.month
    where m.spent_micros is distinct from c.spent or m.reserved_micros is distinct from c.reserved`;
  return rows.map(({ month }) => `the month ${month} is not the sum of its calls`);
}

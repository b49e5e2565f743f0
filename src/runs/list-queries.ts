import type { Tx } from "../db/client.ts";
import type { OrganisationId } from "../ids.ts";
import type { CallOutcome, CallState, ItemData, ItemKind, ItemStatus } from "./items.ts";
import type { Run } from "./queries.ts";
import type { RunStatus } from "./status.ts";

/** Where a row stands in a list, with all digits: a Date would cut the microseconds. */
interface Placed {
  placedAt: string;
}

const MICROSECONDS = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"';

export interface RunFilter {
  statuses: readonly RunStatus[];
  after: [createdAt: string, id: string] | undefined;
  limit: number;
}

/** Newest first. */
export function listRuns(tx: Tx, { statuses, after, limit }: RunFilter): Promise<(Run & Placed)[]> {
  return tx<(Run & Placed)[]>`
    select *, to_char(created_at at time zone 'UTC', ${MICROSECONDS}) as placed_at from runs
    where status = any(${statuses}::text[])
      ${after ? tx`and (created_at, id) < (${after[0]}::timestamptz, ${after[1]}::uuid)` : tx``}
    order by created_at desc nulls last, id desc nulls last limit ${limit}`;
}

export async function countRuns(tx: Tx, statuses: readonly RunStatus[]): Promise<number> {
  const [row] = await tx<{ n: number }[]>`select count(*)::int as n from runs where status = any(${statuses}::text[])`;
  return row?.n ?? 0;
}

export async function findRunById(tx: Tx, id: string): Promise<Run | undefined> {
  const [row] = await tx<Run[]>`select * from runs where id = ${id}`;
  return row;
}

/** How many departments of each run have all their categories read. Runs with none are left out. */
export async function countDepartmentsCompleted(
  tx: Tx,
  runIds: string[],
  departmentOf: { categoryId: string; departmentId: string }[],
): Promise<Map<string, number>> {
  const rows = await tx<{ runId: string; n: number }[]>`
    select run_id, (count(*) filter (where done))::int as n from (
      select i.run_id, d.department_id, bool_and(i.status = 'completed') as done
      from collection_items i
      join unnest(
        ${departmentOf.map((d) => d.categoryId)}::text[], ${departmentOf.map((d) => d.departmentId)}::text[]
      ) as d(category_id, department_id) using (category_id)
      where i.run_id = any(${runIds}::uuid[]) and i.kind = 'best_sellers'
      group by 1, 2
    ) departments group by 1`;
  return new Map(rows.map((row) => [row.runId, row.n]));
}

export interface ItemRow {
  id: string;
  kind: ItemKind;
  externalId: string;
  status: ItemStatus;
  position: number;
  attempts: number;
  categoryId: string | null;
  errorCode: string | null;
  errorMessage: string | null;
  costMicros: number;
  data: ItemData;
  finishedAt: Date | null;
}

export interface ItemFilter {
  runId: string;
  status: ItemStatus | undefined;
  kind: ItemKind | undefined;
  after: [position: number, id: string] | undefined;
  limit: number;
}

/** In the order in which they are taken. */
export function listItems(tx: Tx, { runId, status, kind, after, limit }: ItemFilter): Promise<ItemRow[]> {
  return tx<ItemRow[]>`
    select id, kind, external_id, status, position, attempts, category_id, error_code, error_message, cost_micros,
      data, finished_at
    from collection_items
    where run_id = ${runId} ${status ? tx`and status = ${status}` : tx``} ${kind ? tx`and kind = ${kind}` : tx``}
      ${after ? tx`and (position, id) > (${after[0]}::int, ${after[1]}::uuid)` : tx``}
    order by position, id limit ${limit}`;
}

export async function countItems(
  tx: Tx,
  { runId, status, kind }: Omit<ItemFilter, "after" | "limit">,
): Promise<number> {
  const [row] = await tx<{ n: number }[]>`
    select count(*)::int as n from collection_items
    where run_id = ${runId} ${status ? tx`and status = ${status}` : tx``} ${kind ? tx`and kind = ${kind}` : tx``}`;
  return row?.n ?? 0;
}

export interface CallRow {
  id: string;
  itemId: string | null;
  kind: ItemKind;
  requestKey: string;
  page: number;
  attempt: number;
  state: CallState;
  outcome: CallOutcome | null;
  priceMicros: number;
  costMicros: number;
  httpStatus: number | null;
  errorMessage: string | null;
  durationMs: number | null;
  bytes: number | null;
  reservedAt: Date;
  settledAt: Date | null;
}

/** The ledger of a run, newest first. */
export function listCalls(tx: Tx, runId: string, after: [id: string] | undefined, limit: number): Promise<CallRow[]> {
  return tx<CallRow[]>`
    select id, item_id, kind, request_key, page, attempt, state, outcome, price_micros, cost_micros, http_status,
      error_message, duration_ms, bytes, reserved_at, settled_at
    from provider_calls
    where run_id = ${runId} ${after ? tx`and id < ${after[0]}::uuid` : tx``}
    order by id desc nulls last limit ${limit}`;
}

export async function countCalls(tx: Tx, runId: string): Promise<number> {
  const [row] = await tx<{ n: number }[]>`select count(*)::int as n from provider_calls where run_id = ${runId}`;
  return row?.n ?? 0;
}

export interface BreakdownRow {
  /** Null for products of the run's own list that name no category. */
  categoryId: string | null;
  products: number;
  sellers: number;
  sellersNew: number;
  costMicros: number;
}

/** What each category brought and cost: each product and each seller counts for the category that led to it first. */
export function listBreakdown(tx: Tx, runId: string): Promise<BreakdownRow[]> {
  return tx<BreakdownRow[]>`
    with items as (
      select category_id, (count(*) filter (where kind = 'seller_search'))::int as products,
        sum(cost_micros)::bigint as cost_micros
      from collection_items where run_id = ${runId} group by 1
    ), found as (
      select category_id, count(*)::int as sellers, (count(*) filter (where is_new))::int as sellers_new
      from run_sellers where run_id = ${runId} group by 1
    )
    select i.category_id, i.products, i.cost_micros, coalesce(f.sellers, 0) as sellers,
      coalesce(f.sellers_new, 0) as sellers_new
    from items i left join found f on f.category_id is not distinct from i.category_id
    order by sellers_new desc, i.cost_micros desc, i.category_id`;
}

/** An item that is being worked on, with its open call. */
export interface BusyItem {
  kind: ItemKind;
  data: ItemData;
  categoryId: string | null;
  page: number;
  since: Date;
}

/** The open calls, oldest first: the first `limit` of them are under way, the others wait to be sent. */
export function listBusyItems(tx: Tx, runId: string, limit: number): Promise<BusyItem[]> {
  return tx<BusyItem[]>`
    select i.kind, i.data, i.category_id, c.page, c.reserved_at as since
    from provider_calls c join collection_items i on i.id = c.item_id
    where c.run_id = ${runId} and c.state = 'reserved' and i.status = 'processing'
    order by c.reserved_at, c.id limit ${limit}`;
}

export interface FailedGroup {
  errorCode: string;
  n: number;
}

/** Why items failed or were skipped, most frequent first. */
export function countFailures(tx: Tx, runId: string): Promise<FailedGroup[]> {
  return tx<FailedGroup[]>`
    select coalesce(error_code, 'unknown') as error_code, count(*)::int as n from collection_items
    where run_id = ${runId} and status = 'failed' group by 1 order by n desc, 1`;
}

export interface MonthSpend {
  spentMicros: number;
  reservedMicros: number;
}

/** @param month its first day, `2026-11-01` */
export async function findMonthSpend(tx: Tx, orgId: OrganisationId, month: string): Promise<MonthSpend> {
  const [row] = await tx<MonthSpend[]>`
    select spent_micros, reserved_micros from budget_months where org_id = ${orgId} and month = ${month}`;
  return row ?? { spentMicros: 0, reservedMicros: 0 };
}

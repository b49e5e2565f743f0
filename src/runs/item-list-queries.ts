import type { Tx } from "../db/client.ts";
import type { CallOutcome, CallState, ItemData, ItemKind, ItemStatus } from "./items.ts";

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
    where run_id = ${runId} and status in ('failed', 'skipped') group by 1 order by n desc, 1`;
}

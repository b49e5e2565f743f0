import type { Tx } from "../db/client.ts";
import type { Billing } from "../providers/errors.ts";
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
  /** Null when none of the run's workers made it. */
  worker: number | null;
  /** The call whose stored answer was used. */
  cachedFrom: string | null;
  state: CallState;
  outcome: CallOutcome | null;
  billing: Billing | null;
  priceMicros: number;
  costMicros: number;
  httpStatus: number | null;
  errorMessage: string | null;
  durationMs: number | null;
  bytes: number | null;
  reservedAt: Date;
  settledAt: Date | null;
}

export interface CallFilter {
  runId: string;
  state: CallState | undefined;
  outcome: CallOutcome | undefined;
  after: [id: string] | undefined;
  limit: number;
}

/** The ledger of a run, newest first. */
export function listCalls(tx: Tx, { runId, state, outcome, after, limit }: CallFilter): Promise<CallRow[]> {
  return tx<CallRow[]>`
    select id, item_id, kind, request_key, page, attempt, worker, cached_from, state, outcome, billing, price_micros,
      cost_micros, http_status, error_message, duration_ms, bytes, reserved_at, settled_at
    from provider_calls
    where run_id = ${runId} ${state ? tx`and state = ${state}` : tx``} ${outcome ? tx`and outcome = ${outcome}` : tx``}
      ${after ? tx`and id < ${after[0]}::uuid` : tx``}
    order by id desc nulls last limit ${limit}`;
}

export async function countCalls(
  tx: Tx,
  { runId, state, outcome }: Omit<CallFilter, "after" | "limit">,
): Promise<number> {
  const [row] = await tx<{ n: number }[]>`
    select count(*)::int as n from provider_calls
    where run_id = ${runId} ${state ? tx`and state = ${state}` : tx``} ${outcome ? tx`and outcome = ${outcome}` : tx``}`;
  return row?.n ?? 0;
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

/** Whether the last call that ended was refused for being one too many. */
export async function isThrottled(tx: Tx, runId: string): Promise<boolean> {
  const [row] = await tx<{ action: string }[]>`
    select action from run_events where run_id = ${runId} and worker_id > 0 order by id desc limit 1`;
  return row?.action === "rate_limited";
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

import { array } from "../db/array.ts";
import type { Tx } from "../db/client.ts";
import type { OrganisationId, RunId } from "../ids.ts";
import type { CallState, ItemData, ItemKind } from "../runs/items.ts";
import type { BudgetScope, RunStatus } from "../runs/status.ts";
import { type CallResult, costOf, type Intent } from "./call.ts";

/** Who writes: a lane's writes count only while the run's epoch is the one it started with. */
export interface Owner {
  orgId: OrganisationId;
  runId: RunId;
  epoch: number;
}

/**
 * For this transaction, plans statements for the tables as they are now: a kept plan may be from the start of a run,
 * when they were empty, and read them from end to end each time.
 */
export async function planAfresh(tx: Tx): Promise<void> {
  await tx`set local plan_cache_mode = force_custom_plan`;
}

export interface Room {
  status: RunStatus;
  /** Micro-dollars that may still be reserved, and which cap leaves no more. */
  roomMicros: number;
  scope: BudgetScope;
  bestSellersPriceMicros: number;
  sellerSearchPriceMicros: number;
  /** What all lanes of the run have reserved. */
  reservedMicros: number;
  /** How long an answer may be used again; 0: not at all. */
  queryCacheHours: number;
}

/** Locks the run and its month, and tells how much may be reserved; undefined when the epoch has passed. */
export async function lockRoom(tx: Tx, { orgId, runId, epoch }: Owner, month: string): Promise<Room | undefined> {
  // Two statements, sent together: one that has to wait for the run sees its lanes as they were before it waited.
  const locked = tx`select 1 from runs where id = ${runId} for no key update`;
  const asked = tx<(Omit<Room, "roomMicros" | "scope"> & { runRoom: number; monthRoom: number | null })[]>`
    with run as (
      select * from runs where id = ${runId} and exists (
        select 1 from lanes where run_id = ${runId} and epoch = ${epoch}
      )
    ), month as (
      insert into budget_months (org_id, month) select ${orgId}, ${month} from run
      on conflict (org_id, month) do update set reserved_micros = budget_months.reserved_micros
      returning reserved_micros + spent_micros as used
    )
    select run.status, run.best_sellers_price_micros, run.seller_search_price_micros, run.reserved_micros,
      s.query_cache_hours,
      run.budget_cap_micros - run.spent_micros - run.reserved_micros as run_room,
      s.monthly_cap_cents::bigint * 10000 - month.used as month_room
    from run, month, settings s`;
  const [, [row]] = await Promise.all([locked, asked]);
  if (!row) return undefined;
  const { runRoom, monthRoom, ...rest } = row;
  const byMonth = monthRoom !== null && monthRoom < runRoom;
  return { ...rest, roomMicros: byMonth ? monthRoom : runRoom, scope: byMonth ? "month" : "run" };
}

export interface ClaimedItem {
  id: string;
  kind: ItemKind;
  externalId: string;
  nextPage: number;
  attempts: number;
  categoryId: string | null;
  data: ItemData;
  priceMicros: number;
}

export interface Claim {
  claimed: ClaimedItem[];
  /** How many items wait for money only: they could be taken now, but the caps do not cover them. */
  unaffordable: number;
}

/**
 * Takes pending items whose time has come, as far as the money reaches. A quarter of a batch goes to category pages, so
 * that searches go on while categories are still being read; what one kind leaves over the other may have.
 */
export async function claimItems(tx: Tx, runId: RunId, limit: number, room: Room, now: Date): Promise<Claim> {
  const rows = await tx<(ClaimedItem & { affordable: boolean })[]>`
    with best as (
      select id, ${room.bestSellersPriceMicros}::bigint as price, position from collection_items
      where run_id = ${runId} and kind = 'best_sellers' and status = 'pending'
        and (not_before is null or not_before <= ${now})
      order by position limit ${limit} for update skip locked
    ), search as (
      select id, ${room.sellerSearchPriceMicros}::bigint as price, position from collection_items
      where run_id = ${runId} and kind = 'seller_search' and status = 'pending'
        and (not_before is null or not_before <= ${now})
      order by position limit ${limit} for update skip locked
    ), ranked as (
      select id, price, case when place <= ${Math.ceil(limit / 4)} then 0 else 2 end as turn, place
      from (select *, row_number() over (order by position) as place from best) b
      union all
      select id, price, 1, row_number() over (order by position) from search
    ), batch as (
      select *, sum(price) over (order by turn, place) as running
      from (select * from ranked order by turn, place limit ${limit}) r
    ), taken as (
      update collection_items i set status = 'processing'
      from batch b where i.id = b.id and b.running <= ${room.roomMicros}
      returning i.id, i.kind, i.external_id, i.next_page, i.attempts, i.category_id, i.data, b.price as price_micros
    )
    select b.turn, b.place, b.id, t.id is not null as affordable, t.kind, t.external_id, t.next_page, t.attempts,
      t.category_id, t.data, t.price_micros
    from batch b left join taken t on t.id = b.id order by b.turn, b.place`;
  const claimed = rows.filter((row) => row.affordable);
  return { claimed, unaffordable: rows.length - claimed.length };
}

/** Writes the intents into the ledger and reserves their price: one guarded update on the run and one on its month. */
export async function insertIntents(tx: Tx, owner: Owner, month: string, intents: Intent[]): Promise<boolean> {
  const { orgId, runId, epoch } = owner;
  const total = intents.reduce((sum, intent) => sum + intent.priceMicros, 0);
  const rows = await tx`
    with calls as (
      insert into provider_calls (id, org_id, run_id, item_id, kind, request_key, page, attempt, price_micros, month,
        epoch, cached_from)
      select t.id, ${orgId}, ${runId}, t.item_id, t.kind, t.request_key, t.page, t.attempt, t.price, ${month}, ${epoch},
        t.cached_from
      from unnest(
        ${array(intents.map((i) => i.callId))}::uuid[], ${array(intents.map((i) => i.itemId))}::uuid[],
        ${array(intents.map((i) => i.kind))}::text[], ${array(intents.map((i) => i.requestKey))}::text[],
        ${array(intents.map((i) => i.page))}::int[], ${array(intents.map((i) => i.attempts + 1))}::int[],
        ${array(intents.map((i) => i.priceMicros))}::bigint[],
        ${array(intents.map((i) => i.cached?.callId))}::uuid[]
      ) as t(id, item_id, kind, request_key, page, attempt, price, cached_from)
    ), months as (
      update budget_months set reserved_micros = reserved_micros + ${total}
      where org_id = ${orgId} and month = ${month}
    )
    update runs set reserved_micros = reserved_micros + ${total}, revision = revision + 1
    where id = ${runId} and status = 'running'
      and spent_micros + reserved_micros + ${total} <= budget_cap_micros
    returning 1`;
  return rows.length === 1;
}

/** Whether intents (of one transaction, so one stands for all) are in the ledger. */
export async function haveIntents(tx: Tx, callIds: string[]): Promise<boolean> {
  const [row] = await tx<{ found: boolean }[]>`
    select exists (select 1 from provider_calls where id = any(${array(callIds)}::uuid[])) as found`;
  return row?.found ?? false;
}

export interface Waiting {
  /** When the earliest item that waits for its back-off may be tried; null when none waits. */
  nextAt: Date | null;
  unfinished: number;
}

export async function findWaiting(tx: Tx, runId: RunId, now: Date): Promise<Waiting> {
  const [row] = await tx<Waiting[]>`
    select min(not_before) filter (where status = 'pending' and not_before > ${now}) as next_at, count(*)::int as unfinished
    from collection_items where run_id = ${runId} and status in ('pending', 'processing')`;
  return row ?? { nextAt: null, unfinished: 0 };
}

/** Settles the calls and their months; returns how many were still open under this epoch. */
export async function settleCalls(
  tx: Tx,
  { orgId, epoch }: Owner,
  results: CallResult[],
  newSellersByCall: ReadonlyMap<string, number>,
): Promise<number> {
  const s = results.map((r) => r.settlement);
  const [row] = await tx<{ settled: number }[]>`
    with input as (
      select * from unnest(
        ${array(results.map((r) => r.intent.callId))}::uuid[], ${array(results.map(stateOf))}::text[],
        ${array(s.map((x) => x.outcome))}::text[], ${array(s.map((x) => x.billing))}::text[], ${array(results.map(costOf))}::bigint[],
        ${array(s.map((x) => x.httpStatus))}::int[], ${array(s.map((x) => x.errorMessage))}::text[],
        ${array(s.map((x) => x.durationMs))}::int[], ${array(s.map((x) => x.bytes))}::int[],
        ${array(s.map((x) => x.rawSha256))}::text[], ${array(results.map((r) => r.intent.worker))}::int[],
        ${array(results.map((r) => newSellersByCall.get(r.intent.callId) ?? 0))}::int[]
      ) as t(id, state, outcome, billing, cost, http_status, error, duration, bytes, sha, worker, sellers_new)
    ), settled as (
      update provider_calls c set state = i.state, outcome = i.outcome, billing = i.billing, cost_micros = i.cost,
        http_status = i.http_status, error_message = i.error, duration_ms = i.duration, bytes = i.bytes,
        raw_sha256 = i.sha, worker = i.worker, sellers_new = i.sellers_new, settled_at = now()
      from input i where c.id = i.id and c.state = 'reserved' and c.epoch = ${epoch}
      returning c.month, c.price_micros, c.cost_micros
    ), months as (
      update budget_months m set reserved_micros = m.reserved_micros - t.price, spent_micros = m.spent_micros + t.cost
      from (select month, sum(price_micros) as price, sum(cost_micros) as cost from settled group by month) t
      where m.org_id = ${orgId} and m.month = t.month
    )
    select count(*)::int as settled from settled`;
  return row?.settled ?? 0;
}

const stateOf = (result: CallResult): CallState =>
  result.settlement.billing === "not_billed" ? "released" : "settled";

export async function updateItems(tx: Tx, results: CallResult[]): Promise<void> {
  const steps = results.map((r) => r.step);
  await tx`
    update collection_items i set status = t.status, next_page = t.next_page, attempts = t.attempts,
      not_before = t.not_before, error_code = t.error_code, error_message = t.error_message,
      cost_micros = i.cost_micros + t.cost,
      finished_at = case when t.status in ('completed', 'failed', 'skipped') then now() end
    from unnest(
      ${array(results.map((r) => r.intent.itemId))}::uuid[], ${array(steps.map((x) => x.status))}::text[],
      ${array(steps.map((x) => x.nextPage))}::int[], ${array(steps.map((x) => x.attempts))}::int[],
      ${array(steps.map((x) => x.notBefore))}::timestamptz[], ${array(steps.map((x) => x.errorCode))}::text[],
      ${array(steps.map((x) => x.errorMessage))}::text[], ${array(results.map(costOf))}::bigint[]
    ) as t(id, status, next_page, attempts, not_before, error_code, error_message, cost)
    where i.id = t.id and i.status = 'processing'`;
}

/**
 * The open calls of this run that no lane holds any more, with what is needed to read or repeat them; and those among
 * `tried` that this lane holds already.
 */
export async function adoptOpenCalls(tx: Tx, { runId, epoch }: Owner, tried: string[] = []): Promise<Intent[]> {
  return tx<Intent[]>`
    update provider_calls c set epoch = ${epoch}
    from collection_items i
    where c.run_id = ${runId} and c.state = 'reserved' and i.id = c.item_id
      and ((c.id = any(${array(tried)}::uuid[]) and c.epoch = ${epoch})
        or not exists (select 1 from lanes l where l.run_id = c.run_id and l.epoch = c.epoch))
    returning c.id as call_id, c.run_id, c.item_id, i.kind, i.external_id, i.category_id, c.page, i.attempts,
      c.price_micros, c.request_key, i.data, null as worker,
      case when c.cached_from is not null then json_build_object('callId', c.cached_from) end as cached`;
}

/** Calls of the list that are settled already: a commit whose outcome was unknown did go through for them. */
export async function findSettled(tx: Tx, callIds: string[]): Promise<Set<string>> {
  const rows = await tx<{ id: string }[]>`
    select id from provider_calls where id = any(${array(callIds)}::uuid[]) and state <> 'reserved'`;
  return new Set(rows.map((row) => row.id));
}

export async function hasOpenCalls(tx: Tx, { runId, epoch }: Owner): Promise<boolean> {
  const [row] = await tx<{ found: boolean }[]>`
    select exists (
      select 1 from provider_calls where run_id = ${runId} and epoch = ${epoch} and state = 'reserved'
    ) as found`;
  return row?.found ?? false;
}

/** Whether another process is there that could work on runs. */
export async function otherProcessAlive(tx: Tx, processId: string): Promise<boolean> {
  const [row] = await tx<{ alive: boolean }[]>`
    select exists (
      select 1 from processes where id <> ${processId} and kind in ('serve', 'worker') and process_is_alive(id)
    ) as alive`;
  return row?.alive ?? false;
}

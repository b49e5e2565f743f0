import { array } from "../db/array.ts";
import type { Tx } from "../db/client.ts";
import type { RunId } from "../ids.ts";
import type { ItemData, ItemKind } from "../runs/items.ts";
import type { BudgetScope, RunStatus } from "../runs/status.ts";
import type { Intent } from "./call.ts";
import type { Owner } from "./queries.ts";

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

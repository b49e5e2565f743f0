import { array } from "../db/array.ts";
import type { Tx } from "../db/client.ts";
import type { OrganisationId, RunId } from "../ids.ts";
import type { CallState } from "../runs/items.ts";
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

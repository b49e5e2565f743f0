import { array } from "../db/array.ts";
import type { Tx } from "../db/client.ts";
import type { OrganisationId } from "../ids.ts";
import type { CachedAnswer, CallResult } from "./call.ts";
import type { Owner } from "./queries.ts";

/** What is known of a request before it is paid for. */
export interface Asked extends Partial<CachedAnswer> {
  requestKey: string;
  /** The same request is under way already, in a lane that lives: its answer will come, or it will not be open any more. */
  isOpen: boolean;
}

/** For each of the keys, the newest stored answer that may be used again, and whether it is just being asked. */
export function lookUpRequests(
  tx: Tx,
  { orgId, runId, epoch }: Owner,
  { provider, requestKeys, hours }: { provider: string; requestKeys: readonly string[]; hours: number },
): Promise<Asked[]> {
  return tx<Asked[]>`
    with living as materialized (
      select run_id, epoch from lanes
      -- Who asks is alive, though it may have been frozen for long.
      where lane_is_alive(process_id, heartbeat_at) or (run_id = ${runId} and epoch = ${epoch})
    )
    select k.request_key, q.run_id, q.call_id, exists (
      select 1 from provider_calls c join living l on l.run_id = c.run_id and l.epoch = c.epoch
      where c.org_id = ${orgId} and c.request_key = k.request_key and c.state = 'reserved'
    ) as is_open
    from unnest(${array(requestKeys)}::text[]) as k(request_key)
    left join query_cache q on q.org_id = ${orgId} and q.provider = ${provider} and q.request_key = k.request_key
      and q.stored_at > now() - make_interval(hours => ${hours})`;
}

/** Notes answers that may be used again: those that say what is there, or that nothing is. */
export async function rememberAnswers(
  tx: Tx,
  orgId: OrganisationId,
  provider: string,
  results: CallResult[],
): Promise<void> {
  const useful = results.filter(isUseful).sort((a, b) => (a.intent.requestKey < b.intent.requestKey ? -1 : 1));
  if (useful.length === 0) return;
  await tx`
    insert into query_cache (org_id, provider, request_key, run_id, call_id)
    select distinct on (t.request_key) ${orgId}, ${provider}, t.request_key, t.run_id, t.call_id
    from unnest(
      ${array(useful.map((r) => r.intent.requestKey))}::text[], ${array(useful.map((r) => r.intent.runId))}::uuid[],
      ${array(useful.map((r) => r.intent.callId))}::uuid[]
    ) as t(request_key, run_id, call_id)
    order by t.request_key
    on conflict (org_id, provider, request_key)
    do update set run_id = excluded.run_id, call_id = excluded.call_id, stored_at = now()`;
}

function isUseful({ settlement }: CallResult): boolean {
  const { outcome, billing, rawSha256 } = settlement;
  return (outcome === "ok" || outcome === "no_results") && billing === "billed" && rawSha256 !== null;
}

/** The stored answer is gone. */
export async function forgetAnswer(tx: Tx, { callId }: CachedAnswer): Promise<void> {
  await tx`delete from query_cache where call_id = ${callId}`;
}

/** Items that wait for an equal request: they are pending again, and looked at later. */
export async function putBack(tx: Tx, itemIds: readonly string[], notBefore: Date): Promise<void> {
  if (itemIds.length === 0) return;
  await tx`
    update collection_items set status = 'pending', not_before = ${notBefore}
    where id = any(${array(itemIds)}::uuid[]) and status = 'processing'`;
}

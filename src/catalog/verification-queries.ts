import { array } from "../db/array.ts";
import type { Tx } from "../db/client.ts";
import { newId, type OrganisationId } from "../ids.ts";
import type { Billing } from "../providers/errors.ts";
import type { CallOutcome } from "../runs/items.ts";
import type { VerificationResult } from "./verify.ts";

/** Records the newest answer of each category. */
export async function upsertVerification(tx: Tx, orgId: OrganisationId, result: VerificationResult): Promise<void> {
  const { category_id, node_id, verdict, title = null, detail = null, checked_at } = result;
  await tx`
    insert into category_verifications (org_id, category_id, node_id, verdict, title, detail, checked_at)
    values (${orgId}, ${category_id}, ${node_id}, ${verdict}, ${title}, ${detail}, ${checked_at})
    on conflict (org_id, category_id) do update set node_id = excluded.node_id, verdict = excluded.verdict,
      title = excluded.title, detail = excluded.detail, checked_at = excluded.checked_at`;
}

/** Reserves a call that belongs to no run; undefined when the month's cap does not cover it. */
export async function reserveVerification(
  tx: Tx,
  orgId: OrganisationId,
  { requestKey, priceMicros, month }: { requestKey: string; priceMicros: number; month: string },
): Promise<string | undefined> {
  const id = newId();
  const rows = await tx`
    with reserved as (
      insert into budget_months as m (org_id, month, reserved_micros)
      select ${orgId}, ${month}, ${priceMicros}::bigint from settings s
      where s.monthly_cap_cents is null or ${priceMicros}::bigint <= s.monthly_cap_cents::bigint * 10000
      on conflict (org_id, month) do update set reserved_micros = m.reserved_micros + excluded.reserved_micros
      where (select s.monthly_cap_cents is null
        or m.reserved_micros + m.spent_micros + excluded.reserved_micros <= s.monthly_cap_cents::bigint * 10000
        from settings s)
      returning 1
    )
    insert into provider_calls (id, org_id, kind, request_key, page, attempt, price_micros, month, epoch)
    select ${id}, ${orgId}, 'best_sellers', ${requestKey}, 1, 1, ${priceMicros}, ${month}, 0 from reserved
    returning 1`;
  return rows.length === 1 ? id : undefined;
}

export interface VerificationSettlement {
  outcome: CallOutcome;
  billing: Billing;
}

export async function settleVerification(tx: Tx, id: string, settlement: VerificationSettlement): Promise<void> {
  await settle(tx, [id], settlement);
}

/** Calls of a verification whose process died: they may have been billed, so they count as spent. */
export async function settleAbandonedVerifications(tx: Tx): Promise<void> {
  const open = await tx<{ id: string }[]>`select id from provider_calls where run_id is null and state = 'reserved'`;
  const ids = open.map((row) => row.id);
  if (ids.length > 0) await settle(tx, ids, { outcome: "possibly_billed", billing: "possibly_billed" });
}

async function settle(tx: Tx, ids: string[], { outcome, billing }: VerificationSettlement): Promise<void> {
  const free = billing === "not_billed";
  await tx`
    with settled as (
      update provider_calls set outcome = ${outcome}, billing = ${billing}, settled_at = now(),
        state = ${free ? "released" : "settled"}, cost_micros = case when ${free} then 0 else price_micros end
      where id = any(${array(ids)}::uuid[]) and state = 'reserved'
      returning month, price_micros, cost_micros
    )
    update budget_months m set reserved_micros = m.reserved_micros - t.price, spent_micros = m.spent_micros + t.cost
    from (select month, sum(price_micros) as price, sum(cost_micros) as cost from settled group by month) t
    where m.month = t.month`;
}

import type { Tx } from "../db/client.ts";

/** Of the ledger: what is settled, counted as the run counts it. */
export interface Spent {
  calls: number;
  billedCalls: number;
  cachedCalls: number;
  costMicros: number;
}

export interface Brought {
  sellers: number;
  sellersNew: number;
}

export interface BreakdownRow extends Spent, Brought {
  /** Null for products of the run's own list that name no category. */
  categoryId: string | null;
  products: number;
}

/** Each product, with its calls, and each seller belong to the category that led to them first. */
export function listBreakdown(tx: Tx, runId: string): Promise<BreakdownRow[]> {
  return tx<BreakdownRow[]>`
    with parts as (
      select i.category_id, 0 as products, ${spent(tx)}, 0 as sellers, 0 as sellers_new
      from provider_calls c join collection_items i on i.id = c.item_id where c.run_id = ${runId} group by 1
      union all
      select category_id, (count(*) filter (where kind = 'seller_search'))::int, 0, 0, 0, 0, 0, 0
      from collection_items where run_id = ${runId} group by 1
      union all
      select category_id, 0, 0, 0, 0, 0, count(*)::int, (count(*) filter (where is_new))::int
      from run_sellers where run_id = ${runId} group by 1
    )
    select category_id, sum(products)::int as products, ${sumOfParts(tx)}
    from parts group by 1 order by sellers_new desc, cost_micros desc, category_id`;
}

export interface PageRow extends Spent, Brought {
  /** The page number of the searches, from 1. */
  page: number;
}

/** What the first, second, … page of the searches brought: a seller belongs to the page it was found on first. */
export function listPages(tx: Tx, runId: string): Promise<PageRow[]> {
  return tx<PageRow[]>`
    with parts as (
      select c.page, ${spent(tx)}, 0 as sellers, 0 as sellers_new
      from provider_calls c where c.run_id = ${runId} and c.kind = 'seller_search' group by 1
      union all
      select page, 0, 0, 0, 0, count(*)::int, (count(*) filter (where is_new))::int
      from run_sellers where run_id = ${runId} group by 1
    )
    select page, ${sumOfParts(tx)} from parts group by 1 order by 1`;
}

export async function sumBestSellers(tx: Tx, runId: string): Promise<Spent> {
  const [row] = await tx<Spent[]>`
    select ${spent(tx)} from provider_calls c where c.run_id = ${runId} and c.kind = 'best_sellers'`;
  return row ?? { calls: 0, billedCalls: 0, cachedCalls: 0, costMicros: 0 };
}

const spent = (tx: Tx) => tx`
  (count(*) filter (where c.state <> 'reserved' and c.outcome not in ('not_sent', 'cached')))::int as calls,
  (count(*) filter (where c.billing = 'billed'))::int as billed_calls,
  (count(*) filter (where c.outcome = 'cached'))::int as cached_calls,
  coalesce(sum(c.cost_micros), 0)::bigint as cost_micros`;

const sumOfParts = (tx: Tx) => tx`
  sum(calls)::int as calls, sum(billed_calls)::int as billed_calls, sum(cached_calls)::int as cached_calls,
  sum(cost_micros)::bigint as cost_micros, sum(sellers)::int as sellers, sum(sellers_new)::int as sellers_new`;

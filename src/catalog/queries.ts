import type { Tx } from "../db/client.ts";
import type { categoryVerifications } from "./schema.ts";

type Verification = typeof categoryVerifications.$inferSelect;

/** What the provider answered for each category when it was last asked. */
export function listVerifications(tx: Tx): Promise<Verification[]> {
  return tx<Verification[]>`select * from category_verifications`;
}

/** What a category has brought and cost over all runs. */
export interface CategoryYield {
  categoryId: string;
  runs: number;
  products: number;
  sellersNew: number;
  costMicros: number;
}

/** Categories that no run has read are left out. */
export function listYields(tx: Tx): Promise<CategoryYield[]> {
  return tx<CategoryYield[]>`
    select i.*, coalesce(s.sellers_new, 0)::int as sellers_new
    from (
      select category_id, count(distinct run_id)::int as runs, sum(cost_micros)::bigint as cost_micros,
        (count(*) filter (where kind = 'seller_search'))::int as products
      from collection_items where category_id is not null group by 1
    ) i left join (
      select category_id, count(*) as sellers_new from run_sellers where is_new group by 1
    ) s using (category_id)`;
}

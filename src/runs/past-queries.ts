import { array } from "../db/array.ts";
import type { Tx } from "../db/client.ts";

/** What a completed run needed for one category. */
export interface PastRow {
  runId: string;
  estimatedMicros: number;
  spentMicros: number;
  /** Whether some of the run was answered from earlier answers: its cost then tells too little. */
  hasCached: boolean;
  pagesPerProduct: number;
  bestSellersPriceMicros: number;
  sellerSearchPriceMicros: number;
  /** Null: everything that was not asked about. */
  categoryId: string | null;
  /** Best-seller pages that were read, those that were tried, and what they cost. */
  pagesRead: number;
  pagesTried: number;
  bestSellersMicros: number;
  /** Products that could be searched, those that were, and what that cost. */
  products: number;
  searched: number;
  searchMicros: number;
  /** For page 1, 2, … how many of the searched products were asked for it. */
  reached: number[];
  finishedEarly: boolean;
}

const LAST_RUNS = 20;

/** The last completed runs, with a row for each of the categories that were asked about, and one for all others. */
export function listPast(tx: Tx, categoryIds: readonly string[]): Promise<PastRow[]> {
  return tx<PastRow[]>`
    with past as (
      select id, estimated_cost_micros, spent_micros, cached_calls, pages_per_product, best_sellers_price_micros,
        seller_search_price_micros
      from runs where status = 'completed' and calls + cached_calls > 0
      order by created_at desc nulls last, id desc nulls last limit ${LAST_RUNS}
    ), items as (
      -- Counted before it is sorted into columns: the items of 20 runs are many, their kinds are few.
      select run_id, case when category_id = any(${array(categoryIds)}::text[]) then category_id end as category_id,
        kind, status, error_code is not distinct from 'finished_early' as is_left, next_page, count(*) as n,
        sum(cost_micros) as cost
      from collection_items where run_id in (select id from past) group by 1, 2, 3, 4, 5, 6
    ), sorted as (
      select *, kind = 'best_sellers' as is_page, status in ('completed', 'failed') as is_tried,
        status <> 'skipped' or is_left as is_searchable
      from items
    )
    select p.id as run_id, p.estimated_cost_micros as estimated_micros, p.spent_micros, p.cached_calls > 0 as has_cached,
      p.pages_per_product, p.best_sellers_price_micros, p.seller_search_price_micros, i.category_id,
      coalesce(sum(n) filter (where is_page and status = 'completed'), 0)::int as pages_read,
      coalesce(sum(n) filter (where is_page and is_tried), 0)::int as pages_tried,
      coalesce(sum(cost) filter (where is_page), 0)::bigint as best_sellers_micros,
      coalesce(sum(n) filter (where not is_page and is_searchable), 0)::int as products,
      coalesce(sum(n) filter (where not is_page and is_tried), 0)::int as searched,
      coalesce(sum(cost) filter (where not is_page and is_tried), 0)::bigint as search_micros,
      array[${PAGES.map((page, index) => tx`${index > 0 ? tx`, ` : tx``}${reached(tx, page)}`)}] as reached,
      bool_or(is_left) as finished_early
    from past p join sorted i on i.run_id = p.id
    group by p.id, p.estimated_cost_micros, p.spent_micros, p.cached_calls, p.pages_per_product,
      p.best_sellers_price_micros, p.seller_search_price_micros, i.category_id`;
}

/** As many as may be asked for of a search. */
const PAGES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

const reached = (tx: Tx, page: number) =>
  tx`coalesce(sum(n) filter (where not is_page and is_tried and next_page >= ${page}), 0)::int`;

import type { Tx } from "../src/db/client.ts";
import type { OrganisationId } from "../src/ids.ts";

/**
 * Finished runs, one an hour, each over ten categories; the newest 50 hold 500 products of each. One of a hundred failed,
 * one of a hundred was cancelled.
 */
export async function fillRuns(tx: Tx, orgId: OrganisationId, count: number): Promise<void> {
  await tx`
    insert into runs (id, org_id, name, status, workers, best_seller_pages, pages_per_product, markup_percent_min,
      markup_percent_max, category_ids, best_sellers_price_micros, seller_search_price_micros, soft_warning_percent,
      estimated_cost_micros, budget_cap_micros, spent_micros, sure_micros, categories_total, categories_completed, calls,
      created_at, completed_at)
    select gen_random_uuid(), ${orgId}, 'Collection ' || n, case n % 100 when 0 then 'failed' when 1 then 'cancelled'
        else 'completed' end, 5, 1, 3, 80, 120, array(select 'category-' || c from generate_series(0, 9) c), 1350, 1350, 80,
      2000000, 25000000, 1900000, 1900000, 10, 10, 1400, now() - n * interval '1 hour', now() - n * interval '1 hour'
    from generate_series(0, ${count - 1}::int) n`;
  await tx`
    insert into collection_items (id, org_id, run_id, kind, external_id, status, position, category_id, cost_micros, data)
    select gen_random_uuid(), ${orgId}, r.id, 'best_sellers', 'category-' || c || ':1', 'completed', c, 'category-' || c, 1350,
      '{"type": "category"}'
    from runs r, generate_series(0, 9) c`;
  await tx`
    insert into collection_items (id, org_id, run_id, kind, external_id, status, position, category_id, next_page,
      cost_micros, data)
    select gen_random_uuid(), ${orgId}, r.id, 'seller_search', c || '-' || p, 'completed', p, 'category-' || c, 1 + p % 3,
      1350 * (1 + p % 3), jsonb_build_object('type', 'product', 'title', repeat('word ', 20), 'url', repeat('x', 60))
    from (select id from runs order by created_at desc limit 50) r, generate_series(0, 9) c, generate_series(1, 500) p
    order by r.id, c, p`;
}

/** Places throughout the list, as a cursor names them. */
export async function listPlaces(tx: Tx): Promise<[createdAt: string, id: string][]> {
  const rows = await tx<{ createdAt: Date; id: string }[]>`select created_at, id from runs tablesample bernoulli (5)`;
  return rows.map((row) => [row.createdAt.toISOString(), row.id]);
}

import type { Tx } from "../db/client.ts";
import type { OrganisationId, RunId } from "../ids.ts";
import { type FoundListing, markupPercent } from "./found-listing.ts";

// Booleans travel as text[]: postgres.js takes an array of booleans for one boolean.

/** What a batch of finds says about one seller. */
export interface Seen {
  normalizedName: string;
  feedbackScore: number | null;
  feedbackPercent: number | null;
  feedbackExact: boolean;
  firstProduct: { asin: string; title: string };
}

/** One product through which a seller was found, on one page of its search. */
export interface Pair {
  normalizedName: string;
  itemId: string;
  page: number;
}

/**
 * Writes what a run saw of listed sellers: newest feedback, last seen, and one more in `times_seen` for each product of
 * the run through which they had not been found before.
 */
export async function updateSeen(tx: Tx, runId: RunId, seen: Seen[], pairs: Pair[]): Promise<void> {
  await tx`
    with pairs as (
      select p.normalized_name, count(*)::int as products
      from unnest(
        ${pairs.map((p) => p.normalizedName)}::text[], ${pairs.map((p) => p.itemId)}::uuid[],
        ${pairs.map((p) => p.page)}::int[]
      ) as p(normalized_name, item_id, page)
      -- A first page cannot repeat an earlier page of the same product.
      where p.page = 1 or not exists (
        select 1 from sightings s where s.item_id = p.item_id and s.normalized_name = p.normalized_name and s.counted
      )
      group by 1
    ), input as (
      select t.*, coalesce(p.products, 0) as products from unnest(
        ${seen.map((s) => s.normalizedName)}::text[], ${seen.map((s) => s.feedbackScore)}::int[],
        ${seen.map((s) => s.feedbackPercent)}::real[], ${seen.map((s) => String(s.feedbackExact))}::text[],
        ${seen.map((s) => JSON.stringify(s.firstProduct))}::text[]
      ) as t(normalized_name, feedback_score, feedback_percent, feedback_exact, first_product)
      left join pairs p using (normalized_name)
    ), locked as (
      -- Sorted by name before the update: two batches with the same sellers must not wait for each other.
      select s.id, s.normalized_name from sellers s join input i using (normalized_name)
      where s.listed and s.platform = 'ebay' order by s.normalized_name for no key update of s
    )
    update sellers s set
      times_seen = s.times_seen + i.products,
      feedback_score = coalesce(i.feedback_score, s.feedback_score),
      feedback_percent = coalesce(i.feedback_percent, s.feedback_percent),
      feedback_exact = case when i.feedback_score is null then s.feedback_exact else i.feedback_exact::boolean end,
      first_product = coalesce(s.first_product, i.first_product::jsonb),
      first_seen_run_id = coalesce(s.first_seen_run_id, ${runId}),
      last_seen_run_id = ${runId},
      last_seen_at = now()
    from locked l join input i using (normalized_name)
    where s.id = l.id`;
}

/** Gives earlier looser sightings of names that have just come onto the list their seller. */
export async function linkEarlierSightings(tx: Tx, added: { id: string; normalizedName: string }[]): Promise<void> {
  await tx`
    update sightings s set seller_id = a.id
    from unnest(${added.map((a) => a.id)}::uuid[], ${added.map((a) => a.normalizedName)}::text[]) as a(id, name)
    where s.normalized_name = a.name and s.seller_id is null`;
}

export async function insertSightings(tx: Tx, orgId: OrganisationId, runId: RunId, found: FoundListing[]) {
  const listings = found.map((f) => f.listing);
  await tx`
    insert into sightings (org_id, run_id, item_id, call_id, seller_id, normalized_name, seller_name, feedback_score,
      feedback_percent, feedback_exact, listing_id, listing_title, price_micros, currency, markup_percent, page,
      position, section, counted)
    select ${orgId}, ${runId}, t.item_id, t.call_id, s.id, t.name, t.seller_name, t.score, t.percent, t.exact::boolean,
      t.listing_id, t.title, t.price, t.currency, t.markup, t.page, t.position, t.section, t.counted::boolean
    from unnest(
      ${found.map((f) => f.itemId)}::uuid[], ${found.map((f) => f.callId)}::uuid[],
      ${found.map((f) => f.normalizedName)}::text[], ${listings.map((l) => l.seller.username)}::text[],
      ${listings.map((l) => l.seller.feedbackScore)}::int[], ${listings.map((l) => l.seller.feedbackPercent)}::real[],
      ${listings.map((l) => String(l.seller.feedbackExact))}::text[], ${listings.map((l) => l.itemId)}::text[],
      ${listings.map((l) => l.title)}::text[],
      ${listings.map((l) => (l.price === null ? null : Math.round(l.price * 1_000_000)))}::bigint[],
      ${listings.map((l) => l.currency)}::text[], ${found.map(markupPercent)}::real[],
      ${found.map((f) => f.page)}::int[], ${listings.map((l) => l.position)}::int[],
      ${listings.map((l) => l.section)}::text[], ${found.map((f) => String(f.counted))}::text[]
    ) as t(item_id, call_id, name, seller_name, score, percent, exact, listing_id, title, price, currency, markup,
      page, position, section, counted)
    left join sellers s on s.listed and s.platform = 'ebay' and s.normalized_name = t.name`;
}

export interface RunSeller {
  normalizedName: string;
  isNew: boolean;
  categoryId: string | null;
  page: number;
}

/** Notes which names the run found; returns how many it had not found before. */
export async function insertRunSellers(tx: Tx, orgId: OrganisationId, runId: RunId, rows: RunSeller[]) {
  const inserted = await tx`
    insert into run_sellers (run_id, org_id, normalized_name, seller_id, is_new, category_id, page)
    select ${runId}, ${orgId}, t.name, s.id, t.is_new::boolean, t.category_id, t.page
    from unnest(
      ${rows.map((r) => r.normalizedName)}::text[], ${rows.map((r) => String(r.isNew))}::text[],
      ${rows.map((r) => r.categoryId)}::text[], ${rows.map((r) => r.page)}::int[]
    ) as t(name, is_new, category_id, page)
    left join sellers s on s.listed and s.platform = 'ebay' and s.normalized_name = t.name
    order by t.name
    on conflict (run_id, normalized_name) do nothing
    returning 1`;
  return inserted.length;
}

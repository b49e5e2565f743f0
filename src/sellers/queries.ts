import { array } from "../db/array.ts";
import type { Tx } from "../db/client.ts";
import { storablePriceMicros } from "../db/storable.ts";
import type { OrganisationId, RunId } from "../ids.ts";
import { type FoundListing, markupPercent } from "./found-listing.ts";

/** One product through which a seller was found, on one page of its search. */
export interface Pair {
  normalizedName: string;
  itemId: string;
  page: number;
}

/** Those of the pairs that an earlier page of the same product has brought already. */
export async function findCountedPairs(tx: Tx, pairs: Pair[]): Promise<Pair[]> {
  return tx<Pair[]>`
    select p.normalized_name, p.item_id, p.page
    from unnest(
      ${array(pairs.map((p) => p.normalizedName))}::text[], ${array(pairs.map((p) => p.itemId))}::uuid[],
      ${array(pairs.map((p) => p.page))}::int[]
    ) as p(normalized_name, item_id, page)
    where exists (
      select 1 from sightings s where s.item_id = p.item_id and s.normalized_name = p.normalized_name and s.counted
    )`;
}

/** What a batch of finds says about one seller. */
export interface Seen {
  sellerId: string;
  /** Products of the run through which the seller had not been found before. */
  products: number;
  feedbackScore: number | null;
  feedbackPercent: number | null;
  feedbackExact: boolean;
  firstProduct: { asin: string; title: string };
}

/** Writes what a run saw of listed sellers. Their rows are locked already. */
export async function updateSeen(tx: Tx, runId: RunId, seen: Seen[]): Promise<void> {
  await tx`
    update sellers s set
      times_seen = s.times_seen + i.products,
      feedback_score = coalesce(i.feedback_score, s.feedback_score),
      feedback_percent = coalesce(i.feedback_percent, s.feedback_percent),
      feedback_exact = case when i.feedback_score is null then s.feedback_exact else i.feedback_exact end,
      first_product = coalesce(s.first_product, i.first_product::jsonb),
      first_seen_run_id = coalesce(s.first_seen_run_id, ${runId}),
      last_seen_run_id = ${runId},
      last_seen_at = now()
    from unnest(
      ${array(seen.map((s) => s.sellerId))}::uuid[], ${array(seen.map((s) => s.products))}::int[],
      ${array(seen.map((s) => s.feedbackScore))}::int[], ${array(seen.map((s) => s.feedbackPercent))}::real[],
      ${array(seen.map((s) => s.feedbackExact))}::bool[], ${array(seen.map((s) => JSON.stringify(s.firstProduct)))}::text[]
    ) as i(id, products, feedback_score, feedback_percent, feedback_exact, first_product)
    where s.id = i.id`;
}

/** Gives earlier looser sightings of names that have just come onto the list their seller. */
export async function linkEarlierSightings(tx: Tx, added: { id: string; normalizedName: string }[]): Promise<void> {
  await tx`
    update sightings s set seller_id = a.id
    from unnest(${array(added.map((a) => a.id))}::uuid[], ${array(added.map((a) => a.normalizedName))}::text[]) as a(id, name)
    where s.normalized_name = a.name and s.seller_id is null`;
}

/** Writes the evidence; `sellerIds` knows the sellers that are on the list. */
export async function insertSightings(
  tx: Tx,
  { orgId, runId }: { orgId: OrganisationId; runId: RunId },
  found: FoundListing[],
  sellerIds: Map<string, string>,
): Promise<void> {
  const listings = found.map((f) => f.listing);
  await tx`
    insert into sightings (org_id, run_id, item_id, call_id, seller_id, normalized_name, seller_name, feedback_score,
      feedback_percent, feedback_exact, listing_id, listing_title, price_micros, currency, markup_percent, page,
      position, section, counted)
    select ${orgId}, ${runId}, t.item_id, t.call_id, t.seller_id, t.name, t.seller_name, t.score, t.percent,
      t.exact, t.listing_id, t.title, t.price, t.currency, t.markup, t.page, t.position, t.section,
      t.counted
    from unnest(
      ${array(found.map((f) => f.itemId))}::uuid[], ${array(found.map((f) => f.callId))}::uuid[],
      ${array(found.map((f) => sellerIds.get(f.normalizedName) ?? null))}::uuid[], ${array(found.map((f) => f.normalizedName))}::text[],
      ${array(listings.map((l) => l.seller.username))}::text[], ${array(listings.map((l) => l.seller.feedbackScore))}::int[],
      ${array(listings.map((l) => l.seller.feedbackPercent))}::real[],
      ${array(listings.map((l) => l.seller.feedbackExact))}::bool[], ${array(listings.map((l) => l.itemId))}::text[],
      ${array(listings.map((l) => l.title))}::text[],
      ${array(listings.map((l) => storablePriceMicros(l.price)))}::bigint[],
      ${array(listings.map((l) => l.currency))}::text[], ${array(found.map(markupPercent))}::real[],
      ${array(found.map((f) => f.page))}::int[], ${array(listings.map((l) => l.position))}::int[],
      ${array(listings.map((l) => l.section))}::text[], ${array(found.map((f) => f.counted))}::bool[]
    ) as t(item_id, call_id, seller_id, name, seller_name, score, percent, exact, listing_id, title, price, currency,
      markup, page, position, section, counted)`;
}

export interface RunSeller {
  normalizedName: string;
  sellerId: string;
  isNew: boolean;
  categoryId: string | null;
  page: number;
}

/** Notes which names the run found; returns how many it had not found before. */
export async function insertRunSellers(
  tx: Tx,
  { orgId, runId }: { orgId: OrganisationId; runId: RunId },
  rows: RunSeller[],
): Promise<number> {
  const inserted = await tx`
    insert into run_sellers (run_id, org_id, normalized_name, seller_id, is_new, category_id, page)
    select ${runId}, ${orgId}, t.name, t.seller_id, t.is_new, t.category_id, t.page
    from unnest(
      ${array(rows.map((r) => r.normalizedName))}::text[], ${array(rows.map((r) => r.sellerId))}::uuid[],
      ${array(rows.map((r) => r.isNew))}::bool[], ${array(rows.map((r) => r.categoryId))}::text[],
      ${array(rows.map((r) => r.page))}::int[]
    ) as t(name, seller_id, is_new, category_id, page)
    order by t.name
    on conflict (run_id, normalized_name) do nothing
    returning 1`;
  return inserted.length;
}

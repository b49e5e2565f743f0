import type { Tx } from "../db/client.ts";
import type { Section } from "../marketplaces/ebay/search-page.ts";
import type { ItemData } from "../runs/items.ts";
import type { sellers } from "./schema.ts";

export type SellerRow = typeof sellers.$inferSelect;

export type SellerSort = "newest" | "name" | "times_seen" | "feedback_score";

export interface SellerFilter {
  /** Part of the normalised name. */
  search: string | undefined;
  flagged: boolean | undefined;
  /** Sellers that this run found. */
  runId: string | undefined;
  firstSeenAfter: Date | undefined;
}

/** The sort key of the last row before the page: when first seen (microseconds), name or count; then id. */
export type SellerKey = [value: string | number | null, id: string];

interface Placed {
  placedAt: string | null;
}

const firstSeenText = (tx: Tx) =>
  tx`to_char(s.first_seen_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as placed_at`;

export function listSellers(
  tx: Tx,
  filter: SellerFilter,
  sort: SellerSort,
  after: SellerKey | undefined,
  limit: number,
): Promise<(SellerRow & Placed)[]> {
  if (sort === "newest") return listNewest(tx, filter, after, limit);
  const value = { name: tx`s.normalized_name`, times_seen: tx`s.times_seen`, feedback_score: scoreOf(tx) }[sort];
  const start =
    after && (sort === "name" ? afterName(tx, after) : tx`and (${value}, s.id) < (${after[0]}, ${after[1]}::uuid)`);
  return tx<(SellerRow & Placed)[]>`
    select s.*, ${firstSeenText(tx)} from sellers s
    where s.listed and s.platform = 'ebay' ${matches(tx, filter)} ${start ?? tx``}
    order by ${sort === "name" ? tx`s.normalized_name` : tx`${value} desc, s.id desc`} limit ${limit}`;
}

// Unknown feedback comes after a score of 0.
const scoreOf = (tx: Tx) => tx`coalesce(s.feedback_score, -1)`;

/** Names are unique on the list, so the name alone is the key. */
const afterName = (tx: Tx, [name]: SellerKey) => tx`and s.normalized_name > ${name}`;

/**
 * Sellers without a first sighting come last. They are a branch of their own: in one condition with `or` the index
 * would be read from its beginning for each page.
 */
function listNewest(tx: Tx, filter: SellerFilter, after: SellerKey | undefined, limit: number) {
  const [seenAt = null, id = null] = after ?? [];
  const startSeen =
    after === undefined ? tx`` : tx`and (s.first_seen_at, s.id) < (${seenAt}::timestamptz, ${id}::uuid)`;
  const startUnseen = after !== undefined && seenAt === null ? tx`and s.id < ${id}::uuid` : tx``;
  return tx<(SellerRow & Placed)[]>`
    select * from (
      (select s.*, ${firstSeenText(tx)} from sellers s
       where s.listed and s.first_seen_at is not null ${matches(tx, filter)} ${startSeen}
       order by s.first_seen_at desc nulls last, s.id desc nulls last limit ${limit})
      union all
      (select s.*, null from sellers s
       where s.listed and s.first_seen_at is null ${matches(tx, filter)} ${startUnseen}
       order by s.first_seen_at desc nulls last, s.id desc nulls last limit ${limit})
    ) page order by first_seen_at desc nulls last, id desc limit ${limit}`;
}

export async function countSellers(tx: Tx, filter: SellerFilter): Promise<number> {
  const [row] = isEverything(filter)
    ? await tx<{ n: number }[]>`select seller_count as n from list_states`
    : await tx<{ n: number }[]>`select count(*)::int as n from sellers s where s.listed ${matches(tx, filter)}`;
  return row?.n ?? 0;
}

const isEverything = (filter: SellerFilter) => Object.values(filter).every((value) => value === undefined);

function matches(tx: Tx, { search, flagged, runId, firstSeenAfter }: SellerFilter) {
  return tx`
    ${search ? tx`and position(${search} in s.normalized_name) > 0` : tx``}
    ${flagged === undefined ? tx`` : tx`and s.flagged = ${flagged}`}
    ${runId ? tx`and s.id in (select f.seller_id from run_sellers f where f.run_id = ${runId}::uuid)` : tx``}
    ${firstSeenAfter ? tx`and s.first_seen_at > ${firstSeenAfter}` : tx``}`;
}

export async function findSellerById(tx: Tx, id: string): Promise<SellerRow | undefined> {
  const [row] = await tx<SellerRow[]>`select * from sellers where id = ${id} and listed`;
  return row;
}

/**
 * Sellers that the run put on the list and that are still there, newest first. Only the newest few are looked up: a live
 * page asks for them several times a second.
 */
export function listNewOfRun(tx: Tx, runId: string, limit: number): Promise<SellerRow[]> {
  return tx<SellerRow[]>`
    select s.* from (
      select seller_id, found_at, normalized_name from run_sellers
      where run_id = ${runId} and is_new order by found_at desc, normalized_name limit ${limit * 4}
    ) f join sellers s on s.id = f.seller_id
    where s.listed order by f.found_at desc, f.normalized_name limit ${limit}`;
}

export async function countFirstSeenSince(tx: Tx, since: Date): Promise<number> {
  const [row] = await tx<{ n: number }[]>`
    select count(*)::int as n from sellers where listed and first_seen_at > ${since}`;
  return row?.n ?? 0;
}

/** One sighting with the product that was searched and the run that searched it. */
export interface EvidenceRow {
  id: number;
  runId: string;
  runName: string;
  product: ItemData;
  listingId: string;
  listingTitle: string;
  priceMicros: number | null;
  currency: string | null;
  markupPercent: number | null;
  page: number;
  position: number;
  section: Section;
  counted: boolean;
  feedbackScore: number | null;
  feedbackPercent: number | null;
  feedbackExact: boolean;
  seenAt: Date;
}

/** Newest first. */
export function listEvidence(tx: Tx, sellerId: string, after: [id: number] | undefined, limit: number) {
  return tx<EvidenceRow[]>`
    select s.id, s.run_id, r.name as run_name, i.data as product, s.listing_id, s.listing_title, s.price_micros,
      s.currency, s.markup_percent, s.page, s.position, s.section, s.counted, s.feedback_score, s.feedback_percent,
      s.feedback_exact, s.seen_at
    from sightings s join collection_items i on i.id = s.item_id join runs r on r.id = s.run_id
    where s.seller_id = ${sellerId} ${after ? tx`and s.id < ${after[0]}::bigint` : tx``}
    order by s.id desc nulls last limit ${limit}`;
}

export async function countEvidence(tx: Tx, sellerId: string): Promise<number> {
  const [row] = await tx<{ n: number }[]>`select count(*)::int as n from sightings where seller_id = ${sellerId}`;
  return row?.n ?? 0;
}

export type ExportRow = Pick<
  SellerRow,
  | "displayName"
  | "platform"
  | "feedbackScore"
  | "feedbackPercent"
  | "timesSeen"
  | "flagged"
  | "firstSeenAt"
  | "lastSeenAt"
  | "firstSeenRunId"
>;

/** The whole list by name, in batches: one batch is in memory at a time, however long the list is. */
export function streamSellers(tx: Tx, filter: SellerFilter, batch: number): AsyncIterable<ExportRow[]> {
  return tx<ExportRow[]>`
    select display_name, platform, feedback_score, feedback_percent, times_seen, flagged, first_seen_at, last_seen_at,
      first_seen_run_id
    from sellers s where s.listed ${matches(tx, filter)} order by s.platform, s.normalized_name`.cursor(batch);
}

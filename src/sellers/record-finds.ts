import type { Tx } from "../db/client.ts";
import { applyChanges } from "../history/apply-changes.ts";
import { lockListed } from "../history/queries.ts";
import type { OrganisationId, RunId } from "../ids.ts";
import type { FoundListing } from "./found-listing.ts";
import {
  findCountedPairs,
  insertRunSellers,
  insertSightings,
  linkEarlierSightings,
  type Pair,
  type RunSeller,
  type Seen,
  updateSeen,
} from "./queries.ts";

export interface Finder {
  orgId: OrganisationId;
  runId: RunId;
  /** The audit entry under which new names are added. */
  entryId: string;
}

/**
 * Takes what a batch of searches found into the master list, with the evidence: new names are added, known ones get
 * their newest feedback.
 */
export async function recordFinds(tx: Tx, finder: Finder, found: FoundListing[]): Promise<Finds> {
  if (found.length === 0) return { sellersFound: 0, sellersNew: 0, newByCall: new Map() };
  const counted = found.filter((f) => f.counted);
  const names = [...new Set(counted.map((f) => f.listing.seller.username))];
  const { added, ids } = await applyChanges(tx, finder.orgId, finder.entryId, { add: names });
  if (added.length > 0) await linkEarlierSightings(tx, added);

  const finds = [...Map.groupBy(counted, (f) => f.normalizedName)].flatMap(([name, list]) => {
    const sellerId = ids.get(name);
    return sellerId === undefined ? [] : [{ name, sellerId, list }];
  });
  if (finds.length > 0) {
    const products = await newProducts(tx, pairsOf(counted));
    const seen = finds.map(({ name, sellerId, list }) => seenOf(sellerId, products.get(name) ?? 0, list));
    await updateSeen(tx, finder.runId, seen);
  }
  await insertSightings(tx, finder, found, new Map([...(await listedAmongLoose(tx, found)), ...ids]));

  const addedNames = new Set(added.map((row) => row.normalizedName));
  const rows = finds.map(({ name, sellerId, list }) => runSellerOf(name, sellerId, addedNames.has(name), list));
  const sellersFound = rows.length > 0 ? await insertRunSellers(tx, finder, rows) : 0;
  return { sellersFound, sellersNew: added.length, newByCall: countByCall(finds, addedNames) };
}

export interface Finds {
  /** Names that the run had not found before. */
  sellersFound: number;
  /** Names that came onto the list. */
  sellersNew: number;
  /** How many of those each call brought first. */
  newByCall: Map<string, number>;
}

function countByCall(finds: { name: string; list: FoundListing[] }[], added: ReadonlySet<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { name, list } of finds) {
    const callId = list[0]?.callId;
    if (callId !== undefined && added.has(name)) counts.set(callId, (counts.get(callId) ?? 0) + 1);
  }
  return counts;
}

/** Looser matches put nobody on the list, but may show somebody who is on it. */
async function listedAmongLoose(tx: Tx, found: FoundListing[]): Promise<Map<string, string>> {
  const names = found.filter((f) => !f.counted).map((f) => f.normalizedName);
  return names.length > 0 ? lockListed(tx, [...new Set(names)]) : new Map();
}

/** By name, through how many products of the run the seller had not been found before. */
async function newProducts(tx: Tx, pairs: Pair[]): Promise<Map<string, number>> {
  // A first page cannot repeat an earlier page of the same product.
  const later = pairs.filter((pair) => pair.page > 1);
  const known = new Set((later.length > 0 ? await findCountedPairs(tx, later) : []).map(keyOf));
  const fresh = pairs.filter((pair) => !known.has(keyOf(pair)));
  return new Map([...Map.groupBy(fresh, (pair) => pair.normalizedName)].map(([name, list]) => [name, list.length]));
}

/** Each (seller, product) once, on the earliest page of the batch. */
function pairsOf(finds: FoundListing[]): Pair[] {
  const pairs = new Map<string, Pair>();
  for (const { normalizedName, itemId, page } of finds) {
    const pair = { normalizedName, itemId, page };
    const known = pairs.get(keyOf(pair));
    if (!known || page < known.page) pairs.set(keyOf(pair), pair);
  }
  return [...pairs.values()];
}

const keyOf = ({ itemId, normalizedName }: Pair): string => `${itemId} ${normalizedName}`;

/** The newest feedback is the last one read; the first product is the one of the first find. */
function seenOf(sellerId: string, products: number, list: FoundListing[]): Seen {
  const first = list[0] as FoundListing;
  const { feedbackScore, feedbackPercent, feedbackExact } = (list.at(-1) ?? first).listing.seller;
  const firstProduct = { asin: first.product.asin, title: first.product.title };
  return { sellerId, products, feedbackScore, feedbackPercent, feedbackExact, firstProduct };
}

function runSellerOf(normalizedName: string, sellerId: string, isNew: boolean, list: FoundListing[]): RunSeller {
  const first = list[0] as FoundListing;
  return { normalizedName, sellerId, isNew, categoryId: first.product.categoryId, page: first.page };
}

import type { Tx } from "../db/client.ts";
import { applyChanges } from "../history/apply-changes.ts";
import type { OrganisationId, RunId } from "../ids.ts";
import type { FoundListing } from "./found-listing.ts";
import {
  insertRunSellers,
  insertSightings,
  linkEarlierSightings,
  type Pair,
  type RunSeller,
  type Seen,
  updateSeen,
} from "./queries.ts";

/**
 * Takes what a batch of searches found into the master list, with the evidence: new names are added under `entryId`,
 * known ones get their newest feedback. Returns how many names the run had not found before, and how many it added.
 */
export async function recordFinds(
  tx: Tx,
  { orgId, runId, entryId }: { orgId: OrganisationId; runId: RunId; entryId: string },
  found: FoundListing[],
): Promise<{ sellersFound: number; sellersNew: number }> {
  if (found.length === 0) return { sellersFound: 0, sellersNew: 0 };
  const counted = found.filter((f) => f.counted);
  const byName = Map.groupBy(counted, (f) => f.normalizedName);

  const { added } = await applyChanges(tx, orgId, entryId, { add: counted.map((f) => f.listing.seller.username) });
  if (added.length > 0) await linkEarlierSightings(tx, added);
  if (byName.size > 0) await updateSeen(tx, runId, [...byName.values()].map(seenOf), pairsOf(counted));
  await insertSightings(tx, orgId, runId, found);

  const addedNames = new Set(added.map((row) => row.normalizedName));
  const names = [...byName.values()].map((finds) => runSellerOf(finds, addedNames));
  const sellersFound = names.length > 0 ? await insertRunSellers(tx, orgId, runId, names) : 0;
  return { sellersFound, sellersNew: added.length };
}

/** The newest feedback is the last one read; the first product is the one of the first find. */
function seenOf(finds: FoundListing[]): Seen {
  const first = finds[0] as FoundListing;
  const newest = (finds.at(-1) ?? first).listing.seller;
  return {
    normalizedName: first.normalizedName,
    feedbackScore: newest.feedbackScore,
    feedbackPercent: newest.feedbackPercent,
    feedbackExact: newest.feedbackExact,
    firstProduct: { asin: first.product.asin, title: first.product.title },
  };
}

/** Each (seller, product) once, on the earliest page of the batch. */
function pairsOf(finds: FoundListing[]): Pair[] {
  const pairs = new Map<string, Pair>();
  for (const { normalizedName, itemId, page } of finds) {
    const key = `${itemId} ${normalizedName}`;
    const known = pairs.get(key);
    if (!known || page < known.page) pairs.set(key, { normalizedName, itemId, page });
  }
  return [...pairs.values()];
}

function runSellerOf(finds: FoundListing[], addedNames: Set<string>): RunSeller {
  const first = finds[0] as FoundListing;
  return {
    normalizedName: first.normalizedName,
    isNew: addedNames.has(first.normalizedName),
    categoryId: first.product.categoryId,
    page: first.page,
  };
}

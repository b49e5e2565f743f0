import { FIRST_ORGANISATION } from "../accounts/organisation.ts";
import { type Sql, type Tx, withOrganisation } from "../db/client.ts";
import { newId, type RunId } from "../ids.ts";
import type { collectionItems, providerCalls, runs } from "../runs/schema.ts";
import { FINAL_STATUSES } from "../runs/status.ts";
import { normalizeName } from "../sellers/name.ts";
import type { runSellers, sellers, sightings } from "../sellers/schema.ts";
import { insertRow, setSellerCount, touchRun } from "./factory-queries.ts";

// Each makes one row that is valid as it stands; a test names only what it is about.

const orgId = FIRST_ORGANISATION;

const insert = (sql: Sql, table: string, row: Record<string, unknown>) =>
  withOrganisation(sql, orgId, (tx) => insertRow(tx, table, row));

/** A run over one category, pending unless told otherwise. Fits the table's checks for any status. */
export async function makeRun(sql: Sql, given: Partial<typeof runs.$inferInsert> = {}) {
  const isFinal = FINAL_STATUSES.some((status) => status === given.status);
  const row = {
    id: newId<RunId>(),
    orgId,
    name: "Collection 2026-11-20 08:00",
    workers: 5,
    bestSellerPages: 1,
    pagesPerProduct: 3,
    markupPercentMin: 80,
    markupPercentMax: 120,
    bestSellersPriceMicros: 1350,
    sellerSearchPriceMicros: 1350,
    softWarningPercent: 80,
    budgetCapMicros: 25_000_000,
    categoryIds: ["electronics"],
    departmentsTotal: 1,
    categoriesTotal: 1,
    ...(given.status === "paused" && { pauseReason: "manual", pausedAt: new Date() }),
    ...(isFinal && { completedAt: new Date() }),
    ...given,
  };
  await insert(sql, "runs", row);
  return { id: String(row.id), name: row.name };
}

/** Changes a run as a commit of the engine does: with a new revision that is announced. */
export const changeRun = (sql: Sql, id: string, change: Partial<typeof runs.$inferInsert>) =>
  withOrganisation(sql, orgId, (tx) => touchRun(tx, id, change));

/** A product of a run, completed unless told otherwise. */
export async function makeItem(sql: Sql, runId: string, given: Partial<typeof collectionItems.$inferInsert> = {}) {
  const id = newId();
  const data = {
    type: "product",
    asin: `B${id.slice(-9)}`,
    title: "Steel bottle, 24 oz",
    priceMicros: 27_990_000,
    currency: "USD",
    rank: 1,
    rating: 4.5,
    url: "https://www.amazon.com/dp/B000000001",
    category: null,
  };
  const row = {
    id,
    orgId,
    runId,
    kind: "seller_search",
    externalId: id,
    status: "completed",
    position: 1,
    data,
    ...given,
  };
  await insert(sql, "collection_items", row);
  return { id: String(row.id) };
}

export async function makeCall(
  sql: Sql,
  runId: string,
  itemId: string,
  given: Partial<typeof providerCalls.$inferInsert> = {},
) {
  const row = {
    id: newId(),
    orgId,
    runId,
    itemId,
    kind: "seller_search",
    requestKey: "seller_search|bottle|1",
    page: 1,
    attempt: 1,
    state: "settled",
    outcome: "ok",
    billing: "billed",
    priceMicros: 1350,
    costMicros: 1350,
    month: "2026-11-01",
    epoch: 1,
    settledAt: new Date(),
    ...given,
  };
  await insert(sql, "provider_calls", row);
  return { id: String(row.id) };
}

/** A listed seller. The list's count is brought up to date. */
export async function makeSeller(sql: Sql, given: Partial<typeof sellers.$inferInsert> = {}) {
  const [seller] = await makeSellers(sql, [given]);
  if (!seller) throw new Error("one seller was asked for");
  return seller;
}

export async function makeSellers(sql: Sql, all: Partial<typeof sellers.$inferInsert>[]) {
  const rows = all.map((given) => {
    const id = newId();
    const displayName = given.displayName ?? `seller-${id.slice(-8)}`;
    const normalizedName = normalizeName(displayName);
    const seen = { timesSeen: 1, firstSeenAt: new Date(), lastSeenAt: new Date() };
    return { id, orgId, displayName, normalizedName, feedbackScore: 187, feedbackPercent: 99.5, ...seen, ...given };
  });
  await withOrganisation(sql, orgId, (tx) => insertSellers(tx, rows));
  return rows.map(({ id, displayName }) => ({ id: String(id), displayName }));
}

async function insertSellers(tx: Tx, rows: Record<string, unknown>[]): Promise<void> {
  for (const row of rows) await insertRow(tx, "sellers", row);
  await setSellerCount(tx);
}

/** That a run found a seller. */
export const makeRunSeller = (
  sql: Sql,
  runId: string,
  seller: { id: string; displayName: string },
  given: Partial<typeof runSellers.$inferInsert> = {},
) => {
  const normalizedName = normalizeName(seller.displayName);
  return insert(sql, "run_sellers", {
    runId,
    orgId,
    normalizedName,
    sellerId: seller.id,
    isNew: true,
    page: 1,
    ...given,
  });
};

/** A listing of the seller that a run saw while it searched for the item. */
export const makeSighting = (
  sql: Sql,
  { runId, itemId }: { runId: string; itemId: string },
  seller: { id: string; displayName: string },
  given: Partial<typeof sightings.$inferInsert> = {},
) =>
  insert(sql, "sightings", {
    orgId,
    runId,
    itemId,
    callId: newId(),
    sellerId: seller.id,
    normalizedName: normalizeName(seller.displayName),
    sellerName: seller.displayName,
    feedbackScore: 187,
    feedbackPercent: 99.5,
    feedbackExact: true,
    listingId: "256012345678",
    listingTitle: "Steel bottle 24 oz, new",
    priceMicros: 54_860_000,
    currency: "USD",
    markupPercent: 96,
    page: 1,
    position: 3,
    section: "main",
    counted: true,
    ...given,
  });

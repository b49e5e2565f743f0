import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  real,
  smallint,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { organisations } from "../accounts/schema.ts";
import type { Section } from "../marketplaces/ebay/search-page.ts";

const instant = () => timestamp({ withTimezone: true });
const orgId = () =>
  uuid()
    .notNull()
    .references(() => organisations.id);

/** The product through which a seller was found first. */
export interface FirstProduct {
  asin: string;
  title: string;
}

/** The master list. A removed seller keeps its row (and so its id, flag and evidence) with `listed` false. */
export const sellers = pgTable(
  "sellers",
  {
    id: uuid().primaryKey(),
    orgId: orgId(),
    platform: text().$type<"ebay">().notNull().default("ebay"),
    normalizedName: text().notNull(),
    displayName: text().notNull(),
    listed: boolean().notNull().default(true),
    flagged: boolean().notNull().default(false),
    timesSeen: integer().notNull().default(0),
    feedbackScore: integer(),
    feedbackPercent: real(),
    feedbackExact: boolean(),
    firstProduct: jsonb().$type<FirstProduct>(),
    firstSeenRunId: uuid(),
    lastSeenRunId: uuid(),
    firstSeenAt: instant(),
    lastSeenAt: instant(),
    createdAt: instant().notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex("sellers_name").on(t.orgId, t.platform, t.normalizedName).where(sql`${t.listed}`),
    index("sellers_removed").on(t.orgId, t.platform, t.normalizedName).where(sql`not ${t.listed}`),
    index("sellers_newest").on(t.orgId, t.firstSeenAt.desc(), t.id.desc()).where(sql`${t.listed}`),
  ],
);

/**
 * The evidence: one listing of one seller on one page of one product's search. The largest table: it has no foreign
 * keys, whose checks would cost more than the insert; its rows are written only with the item and sellers they name.
 */
export const sightings = pgTable(
  "sightings",
  {
    id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    orgId: uuid().notNull(),
    runId: uuid().notNull(),
    itemId: uuid().notNull(),
    /** The stored answer it was read from. */
    callId: uuid().notNull(),
    /** Null until the name is on the list. */
    sellerId: uuid(),
    normalizedName: text().notNull(),
    sellerName: text().notNull(),
    feedbackScore: integer(),
    feedbackPercent: real(),
    feedbackExact: boolean().notNull(),
    listingId: text().notNull(),
    listingTitle: text().notNull(),
    priceMicros: bigint({ mode: "number" }),
    currency: text(),
    markupPercent: real(),
    page: smallint().notNull(),
    position: smallint().notNull(),
    section: text().$type<Section>().notNull(),
    /** Whether it counts as a find; looser matches are kept as evidence only. */
    counted: boolean().notNull(),
    seenAt: instant().notNull().defaultNow(),
  },
  (t) => [
    index("sightings_item").on(t.itemId),
    index("sightings_seller").on(t.sellerId, t.id.desc()).where(sql`${t.sellerId} is not null`),
    index("sightings_unlisted").on(t.orgId, t.normalizedName).where(sql`${t.sellerId} is null`),
  ],
);

/** Which names a run found, once each. */
export const runSellers = pgTable(
  "run_sellers",
  {
    runId: uuid().notNull(),
    orgId: uuid().notNull(),
    normalizedName: text().notNull(),
    sellerId: uuid(),
    isNew: boolean().notNull(),
    /** The category of the product through which the run found it first. */
    categoryId: text(),
    page: smallint().notNull(),
    foundAt: instant().notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.runId, t.normalizedName] }),
    index("run_sellers_newest").on(t.runId, t.foundAt.desc()).where(sql`${t.isNew}`),
  ],
);

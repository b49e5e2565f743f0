import { sql } from "drizzle-orm";
import { bigint, boolean, check, index, integer, jsonb, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { organisations } from "../accounts/schema.ts";

/** One row per organisation, made with it. Bounds are checked at the door (settings.ts) and once more here. */
export const settings = pgTable(
  "settings",
  {
    orgId: uuid()
      .primaryKey()
      .references(() => organisations.id),
    budgetCapCents: integer().notNull().default(2500),
    monthlyCapCents: integer(),
    softWarningPercent: integer().notNull().default(80),
    maxConcurrentRuns: integer().notNull().default(3),
    defaultWorkers: integer().notNull().default(5),
    pagesPerProduct: integer().notNull().default(3),
    markupPercentMin: integer().notNull().default(80),
    markupPercentMax: integer().notNull().default(120),
    rawRetentionDays: integer().notNull().default(7),
    rawRetentionMb: integer().notNull().default(2048),
    queryCacheHours: integer().notNull().default(20),
    bestSellerPages: integer().notNull().default(1),
    provider: text().$type<"oxylabs">().notNull().default("oxylabs"),
    /** Micro-dollars per call; null = the provider's published price. */
    bestSellersPriceMicros: bigint({ mode: "number" }),
    sellerSearchPriceMicros: bigint({ mode: "number" }),
    /** What the provider's plan allows; null = not limited here. */
    providerRequestsPerSecond: integer(),
    providerConcurrency: integer(),
    /** Whether runs that the month's cap has stopped go on by themselves in a new month. */
    resumeInNewMonth: boolean().notNull().default(false),
    updatedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    check("settings_caps", sql`${t.budgetCapCents} >= 0 and ${t.monthlyCapCents} >= 0`),
    check("settings_markup", sql`${t.markupPercentMin} <= ${t.markupPercentMax}`),
  ],
);

/** Who changed what when: prices and caps decide what is spent. */
export const settingsChanges = pgTable(
  "settings_changes",
  {
    id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    orgId: uuid()
      .notNull()
      .references(() => organisations.id),
    changedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
    userName: text(),
    /** The changed fields, as JSON names them. */
    oldValue: jsonb().notNull(),
    newValue: jsonb().notNull(),
  },
  (t) => [index("settings_changes_newest").on(t.orgId, t.id.desc())],
);

import { sql } from "drizzle-orm";
import { bigint, check, integer, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";
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
    updatedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    check("settings_caps", sql`${t.budgetCapCents} >= 0 and ${t.monthlyCapCents} >= 0`),
    check("settings_markup", sql`${t.markupPercentMin} <= ${t.markupPercentMax}`),
  ],
);

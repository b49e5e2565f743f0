import { sql } from "drizzle-orm";
import { boolean, check, integer, pgTable, smallint, text, timestamp, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { organisations } from "../accounts/schema.ts";

/** A named run configuration. What is null comes from the settings when a run is made of it. */
export const templates = pgTable(
  "templates",
  {
    id: uuid().primaryKey(),
    orgId: uuid()
      .notNull()
      .references(() => organisations.id),
    name: text().notNull(),
    description: text(),
    // What to collect: exactly one of these.
    departmentIds: text().array(),
    categoryIds: text().array(),
    /** The id of a stored preset, or the key of a built-in one. */
    presetId: text(),
    concurrency: smallint(),
    bestSellerPages: smallint(),
    pagesPerProduct: smallint(),
    markupPercentMin: integer(),
    markupPercentMax: integer(),
    budgetCapCents: integer(),
    includeLooseMatches: boolean(),
    stopAtCap: boolean(),
    isDefault: boolean().notNull().default(false),
    createdBy: text(),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
    updatedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex("templates_name").on(t.orgId, sql`lower(${t.name})`),
    uniqueIndex("templates_one_default").on(t.orgId).where(sql`${t.isDefault}`),
    check("templates_selection", sql`num_nonnulls(${t.departmentIds}, ${t.categoryIds}, ${t.presetId}) = 1`),
  ],
);

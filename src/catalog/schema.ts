import { pgTable, primaryKey, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { organisations } from "../accounts/schema.ts";

/** What the provider answered when asked for a category's node. */
export const categoryVerifications = pgTable(
  "category_verifications",
  {
    orgId: uuid()
      .notNull()
      .references(() => organisations.id),
    categoryId: text().notNull(),
    nodeId: text().notNull(),
    verdict: text().$type<"verified" | "wrong_category" | "empty" | "error">().notNull(),
    title: text(),
    detail: text(),
    checkedAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.orgId, t.categoryId] })],
);

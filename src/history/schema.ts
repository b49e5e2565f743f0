import { sql } from "drizzle-orm";
import {
  bigint,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { organisations } from "../accounts/schema.ts";
import { sellers } from "../sellers/schema.ts";
import type { ChangeKind, ChangeValue, EntryAction, EntrySource } from "./change.ts";

const counter = () => bigint({ mode: "number" });
const orgId = () =>
  uuid()
    .notNull()
    .references(() => organisations.id);

/** The organisation's last change number and the size of its list; its row lock orders the changes. */
export const listStates = pgTable("list_states", {
  orgId: uuid()
    .primaryKey()
    .references(() => organisations.id),
  lastChange: counter().notNull().default(0),
  sellerCount: integer().notNull().default(0),
});

/** One row per change of one seller, numbered without gaps per organisation. Never updated, never deleted. */
export const sellerChanges = pgTable(
  "seller_changes",
  {
    orgId: orgId(),
    number: counter().notNull(),
    /** Made up front: the entry's row may come later (a run's comes when its segment ends). */
    entryId: uuid().notNull(),
    sellerId: uuid()
      .notNull()
      .references(() => sellers.id),
    kind: text().$type<ChangeKind>().notNull(),
    oldValue: jsonb().$type<ChangeValue>(),
    newValue: jsonb().$type<ChangeValue>(),
  },
  (t) => [primaryKey({ columns: [t.orgId, t.number] }), index("seller_changes_entry").on(t.entryId, t.number)],
);

/** Under which name a seller was on the list, from one change up to (and without) another. */
export const sellerVersions = pgTable(
  "seller_versions",
  {
    orgId: orgId(),
    sellerId: uuid()
      .notNull()
      .references(() => sellers.id),
    normalizedName: text().notNull(),
    displayName: text().notNull(),
    validFrom: counter().notNull(),
    /** Null while it is so today. */
    validTo: counter(),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.sellerId, t.validFrom] }),
    uniqueIndex("seller_versions_current").on(t.orgId, t.sellerId).where(sql`${t.validTo} is null`),
    index("seller_versions_by_name").on(t.orgId, t.normalizedName, t.sellerId, t.validFrom, t.validTo),
  ],
);

/** The timeline: one row per manual action, per bulk action, per segment of a run. Never updated, never deleted. */
export const auditEntries = pgTable(
  "audit_entries",
  {
    id: uuid().primaryKey(),
    orgId: orgId(),
    action: text().$type<EntryAction>().notNull(),
    source: text().$type<EntrySource>().notNull(),
    sourceRunId: uuid(),
    sourceCriteria: jsonb(),
    /** The one seller that a single edit was about. */
    sellerName: text(),
    userName: text(),
    affectedCount: integer().notNull(),
    addedCount: integer().notNull().default(0),
    removedCount: integer().notNull().default(0),
    renamedCount: integer().notNull().default(0),
    /** The list right after this entry is what was valid at this change number. */
    lastChange: counter().notNull(),
    sellerCountSnapshot: integer().notNull(),
    createdAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [index("audit_entries_newest").on(t.orgId, t.createdAt.desc(), t.id.desc())],
);

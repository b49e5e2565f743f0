import {
  doublePrecision,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
  uuid,
} from "drizzle-orm/pg-core";
import { organisations } from "../accounts/schema.ts";

const instant = () => timestamp({ withTimezone: true });

/** Processes that can work on runs; alive as long as they hold the advisory lock of their id. Belongs to no organisation. */
export const processes = pgTable("processes", {
  id: uuid().primaryKey(),
  kind: text().$type<"serve" | "worker" | "collect">().notNull(),
  providerAccount: text().notNull(),
  startedAt: instant().notNull().defaultNow(),
});

/** What all processes know of a provider account. The key is a hash: it tells nothing of the credentials. */
export const providerAccounts = pgTable("provider_accounts", {
  key: text().primaryKey(),
  /** `open`: the provider fails, nothing is sent until `retry_at`. `probing`: one process finds out if it is back. */
  breaker: text().$type<"closed" | "open" | "probing">().notNull().default("closed"),
  retryAt: instant(),
  message: text(),
  /** The process that probes, and until when nobody else does. */
  probedBy: uuid(),
  probedUntil: instant(),
  updatedAt: instant().notNull().defaultNow(),
});

/** What of an account's rate and concurrency each process may use until the lease ends. */
export const accountLeases = pgTable(
  "account_leases",
  {
    account: text().notNull(),
    processId: uuid().notNull(),
    /** Calls at a time that the process could use. */
    wanted: integer().notNull(),
    concurrency: integer().notNull(),
    /** Calls per second. */
    rate: doublePrecision().notNull(),
    expiresAt: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.account, t.processId] })],
);

/** Where the newest stored answer to a request lies (`query_cache_hours`). */
export const queryCache = pgTable(
  "query_cache",
  {
    orgId: uuid()
      .notNull()
      .references(() => organisations.id),
    provider: text().notNull(),
    requestKey: text().notNull(),
    runId: uuid().notNull(),
    callId: uuid().notNull(),
    storedAt: instant().notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.provider, t.requestKey] }),
    index("query_cache_age").on(t.orgId, t.storedAt),
    unique("query_cache_call").on(t.callId),
  ],
);

import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  date,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { organisations } from "../accounts/schema.ts";
import type { Billing } from "../providers/errors.ts";
import type { CallOutcome, CallState, ItemData, ItemKind, ItemStatus } from "./items.ts";
import type { BudgetScope, PauseReason, RunStatus } from "./status.ts";

const micros = () => bigint({ mode: "number" });
const instant = () => timestamp({ withTimezone: true });
const orgId = () =>
  uuid()
    .notNull()
    .references(() => organisations.id);

export const runs = pgTable(
  "runs",
  {
    id: uuid().primaryKey(),
    orgId: orgId(),
    name: text().notNull(),
    status: text().$type<RunStatus>().notNull().default("pending"),
    pauseReason: text().$type<PauseReason>(),
    budgetScope: text().$type<BudgetScope>(),
    /** Why the run stands where it stands, in words, for the person who looks at it. */
    statusMessage: text(),

    // What was asked for: a snapshot, so that later settings change nothing in a run.
    workers: integer().notNull(),
    bestSellerPages: integer().notNull(),
    pagesPerProduct: integer().notNull(),
    markupPercentMin: integer().notNull(),
    markupPercentMax: integer().notNull(),
    includeLooseMatches: boolean().notNull().default(false),
    stopAtCap: boolean().notNull().default(false),
    categoryIds: text().array().notNull().default([]),
    /** The name of the products file, for runs over own products. */
    productsSource: text(),
    bestSellersPriceMicros: micros().notNull(),
    sellerSearchPriceMicros: micros().notNull(),
    softWarningPercent: integer().notNull(),
    templateId: uuid(),
    /** The id of a stored preset, or the key of a built-in one. */
    presetId: text(),
    scheduleId: uuid(),
    /** The run whose configuration this one repeats. */
    rerunOf: uuid(),
    /** Whose calls these are: the provider account that works on the run (see `provider_accounts`). */
    providerAccount: text(),
    createdBy: text(),

    // Money, in micro-dollars. spent = sure + possibly billed.
    estimatedCostMicros: micros().notNull().default(0),
    budgetCapMicros: micros().notNull(),
    reservedMicros: micros().notNull().default(0),
    spentMicros: micros().notNull().default(0),
    sureMicros: micros().notNull().default(0),

    // Counters, kept by the transaction that commits what they count.
    totalItems: integer().notNull().default(0),
    completedItems: integer().notNull().default(0),
    failedItems: integer().notNull().default(0),
    skippedItems: integer().notNull().default(0),
    departmentsTotal: integer().notNull().default(0),
    categoriesTotal: integer().notNull().default(0),
    categoriesCompleted: integer().notNull().default(0),
    productsTotal: integer().notNull().default(0),
    productsSearched: integer().notNull().default(0),
    listingsSeen: integer().notNull().default(0),
    sellersFound: integer().notNull().default(0),
    sellersNew: integer().notNull().default(0),
    calls: integer().notNull().default(0),
    billedCalls: integer().notNull().default(0),
    /** Calls that were answered from an earlier answer, at no cost; not among `calls`. */
    cachedCalls: integer().notNull().default(0),
    sellerCountSnapshot: integer(),

    /** Counts the lanes that ever worked on the run; each has its own number (see `lanes`). */
    epoch: integer().notNull().default(0),
    /** Bumped by each commit: the event id of the live page. */
    revision: bigint({ mode: "number" }).notNull().default(0),
    /** The audit entry of the running segment, made up front; its row is written when the segment ends. */
    entryId: uuid(),
    /** Time spent running, without pauses; the running segment is added when it ends. */
    activeMs: bigint({ mode: "number" }).notNull().default(0),
    segmentStartedAt: instant(),

    createdAt: instant().notNull().defaultNow(),
    startedAt: instant(),
    pausedAt: instant(),
    retryAt: instant(),
    /** When the spending passed the warning threshold. */
    warnedAt: instant(),
    completedAt: instant(),
  },
  (t) => [
    index("runs_newest").on(t.orgId, t.createdAt.desc(), t.id.desc()),
    index("runs_open").on(t.orgId).where(sql`${t.status} in ('pending', 'running', 'paused')`),
    check("runs_status", sql`${t.status} in ('pending', 'running', 'paused', 'completed', 'failed', 'cancelled')`),
    check(
      "runs_finish_time",
      sql`(${t.completedAt} is not null) = (${t.status} in ('completed', 'failed', 'cancelled'))`,
    ),
    check("runs_pause_reason", sql`(${t.pauseReason} is not null) = (${t.status} = 'paused')`),
    check("runs_budget", sql`${t.spentMicros} + ${t.reservedMicros} <= ${t.budgetCapMicros}`),
    check("runs_money", sql`${t.reservedMicros} >= 0 and ${t.sureMicros} >= 0 and ${t.sureMicros} <= ${t.spentMicros}`),
  ],
);

/**
 * Who works on which run: one row for each process that does, with its part of the run's workers. All of its writes carry
 * the lane's epoch; once the row is gone, none of them is accepted any more.
 */
export const lanes = pgTable(
  "lanes",
  {
    runId: uuid()
      .notNull()
      .references(() => runs.id),
    epoch: integer().notNull(),
    orgId: orgId(),
    /** The process: alive as long as it holds the advisory lock of this id (see `worker/presence.ts`). */
    processId: uuid().notNull(),
    workers: smallint().notNull(),
    startedAt: instant().notNull().defaultNow(),
    /** Renewed while the process answers; an old one means that it is frozen. */
    heartbeatAt: instant().notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.runId, t.epoch] }),
    unique("lanes_one_per_process").on(t.runId, t.processId),
    check("lanes_workers", sql`${t.workers} >= 0`),
  ],
);

/** Answers to requests that may be sent twice (`Idempotency-Key`). */
export const idempotencyKeys = pgTable(
  "idempotency_keys",
  {
    orgId: orgId(),
    key: text().notNull(),
    /** SHA-256 of what was asked for: another request under the same key is refused. */
    requestSha256: text().notNull(),
    runId: uuid()
      .notNull()
      .references(() => runs.id),
    createdAt: instant().notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.orgId, t.key] })],
);

/** The queue and the checkpoint: one row per category page to fetch and one per product to search. */
export const collectionItems = pgTable(
  "collection_items",
  {
    id: uuid().primaryKey(),
    orgId: orgId(),
    runId: uuid()
      .notNull()
      .references(() => runs.id),
    kind: text().$type<ItemKind>().notNull(),
    externalId: text().notNull(),
    status: text().$type<ItemStatus>().notNull().default("pending"),
    /** The order in which pending items are taken. */
    position: integer().notNull(),
    /** Tries of the current page; starts again with each page. */
    attempts: smallint().notNull().default(0),
    nextPage: smallint().notNull().default(1),
    /** Not to be tried before this time (back-off). */
    notBefore: instant(),
    categoryId: text(),
    errorCode: text(),
    errorMessage: text(),
    costMicros: micros().notNull().default(0),
    data: jsonb().$type<ItemData>().notNull(),
    finishedAt: instant(),
  },
  (t) => [
    unique("collection_items_once").on(t.runId, t.kind, t.externalId),
    index("collection_items_pending").on(t.runId, t.kind, t.position).where(sql`${t.status} = 'pending'`),
    index("collection_items_processing").on(t.runId).where(sql`${t.status} = 'processing'`),
    index("collection_items_list").on(t.runId, t.position, t.id),
    check("collection_items_status", sql`${t.status} in ('pending', 'processing', 'completed', 'failed', 'skipped')`),
  ],
);

/** The ledger: one row per attempt at a paid call, written before the call and settled after it. */
export const providerCalls = pgTable(
  "provider_calls",
  {
    id: uuid().primaryKey(),
    orgId: orgId(),
    runId: uuid().references(() => runs.id),
    itemId: uuid().references(() => collectionItems.id),
    kind: text().$type<ItemKind>().notNull(),
    /** What is bought: a category node or a search URL, with its page. */
    requestKey: text().notNull(),
    page: smallint().notNull(),
    attempt: smallint().notNull(),
    state: text().$type<CallState>().notNull().default("reserved"),
    outcome: text().$type<CallOutcome>(),
    billing: text().$type<Billing>(),
    priceMicros: micros().notNull(),
    costMicros: micros().notNull().default(0),
    /** The UTC month whose cap the call counts against. */
    month: date({ mode: "string" }).notNull(),
    epoch: integer().notNull(),
    /** Which of the run's workers made the call, from 1; null when none did. */
    worker: smallint(),
    /** Names that the call put on the list. */
    sellersNew: integer().notNull().default(0),
    /** The call whose stored answer was used instead of a call of its own. */
    cachedFrom: uuid(),
    httpStatus: smallint(),
    errorMessage: text(),
    durationMs: integer(),
    bytes: integer(),
    /** SHA-256 of the stored answer's file, hex; null when none was stored. */
    rawSha256: text(),
    reservedAt: instant().notNull().defaultNow(),
    settledAt: instant(),
  },
  (t) => [
    index("provider_calls_run").on(t.runId, t.id.desc()),
    index("provider_calls_item").on(t.itemId),
    uniqueIndex("provider_calls_one_open").on(t.itemId, t.page).where(sql`${t.state} = 'reserved'`),
    index("provider_calls_open").on(t.runId).where(sql`${t.state} = 'reserved'`),
    index("provider_calls_asked").on(t.orgId, t.requestKey).where(sql`${t.state} = 'reserved'`),
    check("provider_calls_state", sql`${t.state} in ('reserved', 'settled', 'released')`),
    check("provider_calls_settled", sql`(${t.settledAt} is null) = (${t.state} = 'reserved')`),
    check("provider_calls_billing", sql`(${t.billing} is null) = (${t.state} = 'reserved')`),
    check("provider_calls_cost", sql`${t.costMicros} between 0 and ${t.priceMicros}`),
    check("provider_calls_released", sql`${t.state} <> 'released' or ${t.costMicros} = 0`),
  ],
);

/** What an organisation spent in a UTC month, over all its runs. */
export const budgetMonths = pgTable(
  "budget_months",
  {
    orgId: orgId(),
    month: date({ mode: "string" }).notNull(),
    reservedMicros: micros().notNull().default(0),
    spentMicros: micros().notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.month] }),
    check("budget_months_money", sql`${t.reservedMicros} >= 0 and ${t.spentMicros} >= 0`),
  ],
);

import { sql } from "drizzle-orm";
import { boolean, index, integer, pgTable, primaryKey, text, timestamp, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { organisations } from "../accounts/schema.ts";
import { templates } from "../templates/schema.ts";

const instant = () => timestamp({ withTimezone: true });

/** When runs are made of a template. */
export const schedules = pgTable(
  "schedules",
  {
    id: uuid().primaryKey(),
    orgId: uuid()
      .notNull()
      .references(() => organisations.id),
    name: text().notNull(),
    templateId: uuid()
      .notNull()
      .references(() => templates.id),
    /** Five fields; for a schedule every two weeks the weekly one, of which each second firing counts. */
    cron: text().notNull(),
    /** Every how many firings of `cron` the schedule fires, counted in weeks from `anchor`: 2 for every two weeks. */
    everyWeeks: integer().notNull().default(1),
    /** A day of the first week that counts, `2026-11-23`, in the schedule's time zone. */
    anchor: text(),
    /** IANA name. */
    timeZone: text().notNull(),
    enabled: boolean().notNull().default(true),
    whenActive: text().$type<"skip" | "queue">().notNull().default("skip"),
    whenMissed: text().$type<"skip" | "run_once">().notNull().default("skip"),
    budgetCapCents: integer(),
    /** The next tick; null when disabled. Moved on in the transaction that fires it. */
    nextAt: instant(),
    createdBy: text(),
    createdAt: instant().notNull().defaultNow(),
    updatedAt: instant().notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex("schedules_name").on(t.orgId, sql`lower(${t.name})`),
    index("schedules_due").on(t.nextAt).where(sql`${t.enabled}`),
  ],
);

/** What became of each tick; the key lets one fire only once, whatever the number of processes. */
export const scheduleTicks = pgTable(
  "schedule_ticks",
  {
    scheduleId: uuid()
      .notNull()
      .references(() => schedules.id, { onDelete: "cascade" }),
    dueAt: instant().notNull(),
    orgId: uuid()
      .notNull()
      .references(() => organisations.id),
    outcome: text().$type<"started" | "queued" | "skipped_active" | "skipped_missed" | "refused">().notNull(),
    runId: uuid(),
    /** Why nothing was started. */
    message: text(),
    firedAt: instant().notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.scheduleId, t.dueAt] })],
);

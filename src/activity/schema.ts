import { bigint, index, jsonb, pgTable, smallint, text, timestamp, uuid } from "drizzle-orm/pg-core";
import type { ActivityAction, ActivityDetails, ActivityPhase } from "./event.ts";

/**
 * What happened in a run, written in the transaction of the outcome that it tells of, after the run's row is locked: in
 * one run ids grow in the order of the commits, so a reader that has seen an id has missed nothing before it.
 */
export const runEvents = pgTable(
  "run_events",
  {
    id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    // No foreign keys: they would be looked up for every event, and its transaction holds the run's row anyway.
    orgId: uuid().notNull(),
    runId: uuid().notNull(),
    at: timestamp({ withTimezone: true }).notNull().defaultNow(),
    /** From 1; 0 stands for the system. */
    workerId: smallint().notNull().default(0),
    phase: text().$type<ActivityPhase>(),
    action: text().$type<ActivityAction>().notNull(),
    details: jsonb().$type<ActivityDetails>().notNull().default({}),
  },
  (t) => [index("run_events_of_run").on(t.runId, t.id)],
);

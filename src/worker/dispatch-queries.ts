import type { Sql } from "../db/client.ts";
import type { OrganisationId, RunId } from "../ids.ts";
import type { BudgetScope, PauseReason, RunStatus } from "../runs/status.ts";

/** A run that somebody may have to do something for, whatever its organisation. */
export interface OpenWork {
  orgId: OrganisationId;
  runId: RunId;
  status: RunStatus;
  pauseReason: PauseReason | null;
  budgetScope: BudgetScope | null;
  workers: number;
  retryAt: Date | null;
  pausedAt: Date | null;
  /** The provider account that worked on it last. */
  account: string | null;
  resumeInNewMonth: boolean;
  /** Workers of living lanes. */
  busy: number;
  /** Lanes whose process is gone or frozen. */
  dead: number;
  /** Workers of this process' own lane. */
  mine: number;
}

export function listOpenWork(sql: Sql, processId: string): Promise<OpenWork[]> {
  return sql<OpenWork[]>`select * from open_work(${processId})`;
}

/** The same, on the connection that shows that the process is there: one query while nothing is to be done. */
export function holdAndListOpenWork(connection: Sql, processId: string): Promise<OpenWork[]> {
  return connection<
    OpenWork[]
  >`with held as materialized (select hold_process(${processId})) select w.* from held, open_work(${processId}) w`;
}

/** Processes that take lanes of any run. */
export interface Peers {
  /** How many are there, this one included. */
  count: number;
  /** One of them came lately: it has to be given its part. */
  newcomer: boolean;
}

export async function findPeers(sql: Sql): Promise<Peers> {
  const [row] = await sql<Peers[]>`
    select count(*)::int as count, coalesce(bool_or(started_at > now() - interval '30 seconds'), false) as newcomer
    from processes where kind in ('serve', 'worker') and process_is_alive(id)`;
  return row ?? { count: 1, newcomer: false };
}

import type { Sql, Tx } from "../db/client.ts";
import { inOrganisation } from "../testing/engine.ts";
import type { RunStatus } from "./status.ts";

/** From now on every change of a status is noted, whoever makes it. */
export async function watchMoves(sql: Sql): Promise<void> {
  await sql`create table moves (n bigserial, run_id uuid, before text, after text)`;
  await sql`
    create function note_move() returns trigger language plpgsql as $$
    begin
      insert into moves (run_id, before, after) values (new.id, old.status, new.status);
      return null;
    end
    $$`;
  await sql`
    create trigger note_move after update of status on runs
    for each row when (old.status <> new.status) execute function note_move()`;
}

export const movesOf = (sql: Sql, runId: string) =>
  sql<{ before: RunStatus; after: RunStatus }[]>`select before, after from moves where run_id = ${runId} order by n`;

/** What the rows say, to be compared with what the run says. */
export const countsOf = (sql: Sql, runId: string) => inOrganisation(sql, (tx) => recount(tx, runId));

async function recount(tx: Tx, runId: string) {
  const [items] = await tx<{ completed: number; failed: number; skipped: number }[]>`
    select (count(*) filter (where status = 'completed'))::int as completed,
      (count(*) filter (where status = 'failed'))::int as failed,
      (count(*) filter (where status = 'skipped'))::int as skipped
    from collection_items where run_id = ${runId}`;
  const [sums] = await tx<
    { spent: number; reservedOfMonths: number; spentOfMonths: number; spentOfRuns: number; events: number }[]
  >`
    select (select coalesce(sum(cost_micros), 0)::bigint from provider_calls where run_id = ${runId}) as spent,
      (select coalesce(sum(reserved_micros), 0)::bigint from budget_months) as reserved_of_months,
      (select coalesce(sum(spent_micros), 0)::bigint from budget_months) as spent_of_months,
      (select coalesce(sum(spent_micros), 0)::bigint from runs) as spent_of_runs,
      (select count(*)::int from run_events
        where run_id = ${runId} and action in ('paused', 'resumed', 'complete') and worker_id = 0) as events`;
  if (!items || !sums) throw new Error("an aggregate has one row");
  return { items: { ...items }, ...sums };
}

/** For each entry of the run: how many changes it tells of, and how many there are. */
export const entriesOf = (sql: Sql, runId: string) =>
  inOrganisation(
    sql,
    (tx) => tx<{ told: number; changes: number }[]>`
      select e.affected_count as told, (select count(*)::int from seller_changes c where c.entry_id = e.id) as changes
      from audit_entries e where e.source_run_id = ${runId}`,
  );

/** Changes of the list that no entry tells of. */
export const untoldChanges = (sql: Sql) =>
  inOrganisation(sql, (tx) => tx`select * from seller_changes where entry_id not in (select id from audit_entries)`);

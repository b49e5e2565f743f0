import type { Sql } from "../db/client.ts";

/** Holds the process's lock for as long as this connection lives; taken again it does no harm. */
export async function holdProcess(connection: Sql, processId: string): Promise<void> {
  await connection`select hold_process(${processId})`;
}

export async function releaseProcess(connection: Sql, processId: string): Promise<void> {
  await connection`select pg_advisory_unlock(hashtextextended(${processId}, 11))`;
}

/** @returns when it began, by the database's clock */
export async function insertProcess(
  sql: Sql,
  { id, kind, accountKey }: { id: string; kind: string; accountKey: string },
): Promise<Date> {
  const [row] = await sql<{ startedAt: Date }[]>`
    insert into processes (id, kind, provider_account) values (${id}, ${kind}, ${accountKey}) returning started_at`;
  return row?.startedAt ?? new Date();
}

export async function removeProcess(sql: Sql, id: string): Promise<void> {
  await sql`delete from processes where id = ${id}`;
}

/** Processes that were killed leave their row behind. */
export async function removeDeadProcesses(sql: Sql): Promise<void> {
  await sql`delete from processes where not process_is_alive(id)`;
}

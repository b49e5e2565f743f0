import type { Tx } from "../db/client.ts";
import type { RunId } from "../ids.ts";

/**
 * Of the organisation's running runs, those that no process holds: their process has died. A run is held by a
 * session-level advisory lock (see `tryLockRun`), which the database frees the moment its process is gone.
 */
export async function listAbandoned(tx: Tx): Promise<Set<RunId>> {
  const rows = await tx<{ id: RunId }[]>`
    select r.id from runs r
    where r.status = 'running' and not exists (
      select 1 from pg_locks l
      where l.locktype = 'advisory' and l.objsubid = 1 and l.granted
        and l.database = (select oid from pg_database where datname = current_database())
        and (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended(r.id::text, 7)
    )`;
  return new Set(rows.map((row) => row.id));
}

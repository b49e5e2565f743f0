import type { Tx } from "../db/client.ts";
import type { RunId } from "../ids.ts";

/**
 * Of the organisation's running runs, those that nobody works on: their process has died, or is frozen. One that was
 * just started is given a moment to be taken.
 */
export async function listAbandoned(tx: Tx): Promise<Set<RunId>> {
  const rows = await tx<{ id: RunId }[]>`
    select r.id from runs r
    where r.status = 'running' and r.segment_started_at < now() - interval '3 seconds' and not exists (
      select 1 from lanes l
      where l.run_id = r.id and l.workers > 0 and lane_is_alive(l.process_id, l.heartbeat_at)
    )`;
  return new Set(rows.map((row) => row.id));
}

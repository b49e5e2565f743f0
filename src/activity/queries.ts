import { array } from "../db/array.ts";
import type { Tx } from "../db/client.ts";
import type { OrganisationId, RunId } from "../ids.ts";
import type { RunStatus } from "../runs/status.ts";
import type { Activity, NewActivity } from "./event.ts";

/** Of each run, the newest events are kept. */
export const KEPT_EVENTS = 10_000;
const KEPT_AFTER_END_MS = 60 * 60_000;
/** Deleted in one call at most. */
export const TRIMMED_AT_ONCE = 20_000;

/** The caller's transaction holds the lock of the run's row: so ids of a run grow in the order of the commits. */
export async function insertActivity(
  tx: Tx,
  orgId: OrganisationId,
  runId: RunId,
  events: readonly NewActivity[],
): Promise<void> {
  if (events.length === 0) return;
  await tx`
    insert into run_events (org_id, run_id, at, worker_id, phase, action, details)
    select ${orgId}, ${runId}, coalesce(t.at, now()), t.worker_id, t.phase, t.action, t.details::jsonb
    from unnest(
      ${array(events.map((event) => event.at))}::timestamptz[], ${array(events.map((event) => event.workerId))}::int[],
      ${array(events.map((event) => event.phase))}::text[], ${array(events.map((event) => event.action))}::text[],
      ${array(events.map((event) => JSON.stringify(event.details)))}::text[]
    ) with ordinality as t(at, worker_id, phase, action, details, n)
    order by t.n`;
}

/** Events after `afterId`, oldest first. */
export async function listActivity(tx: Tx, runId: string, afterId: number, limit: number): Promise<Activity[]> {
  return tx<Activity[]>`
    select id, at, worker_id, phase, action, details from run_events
    where run_id = ${runId} and id > ${afterId} order by id limit ${limit}`;
}

/** The newest events, oldest first. */
export async function newestActivity(tx: Tx, runId: string, limit: number): Promise<Activity[]> {
  const rows = await tx<Activity[]>`
    select id, at, worker_id, phase, action, details from run_events
    where run_id = ${runId} order by id desc limit ${limit}`;
  return rows.toReversed();
}

/** Undefined when nothing is kept. */
export async function oldestKeptId(tx: Tx, runId: string): Promise<number | undefined> {
  const [row] = await tx<{ id: number }[]>`select id from run_events where run_id = ${runId} order by id limit 1`;
  return row?.id;
}

/** Whether the id is one of the run's that is still kept. */
export async function isKept(tx: Tx, runId: string, id: number): Promise<boolean> {
  const [row] = await tx<{ kept: boolean }[]>`
    select exists (select 1 from run_events where id = ${id} and run_id = ${runId}) as kept`;
  return row?.kept ?? false;
}

/** Read before the events: what is written with the end of a run is then among them. */
export async function findStatus(tx: Tx, runId: string): Promise<RunStatus | undefined> {
  const [row] = await tx<{ status: RunStatus }[]>`select status from runs where id = ${runId}`;
  return row?.status;
}

/**
 * Of each run of the organisation, deletes what is older than its newest 10,000 events, and all of them an hour after its
 * end. Returns how many; as many as may go at once (`TRIMMED_AT_ONCE`) when there may be more.
 */
export async function trimActivityOfAll(tx: Tx, now: Date): Promise<number> {
  const endedBefore = new Date(now.getTime() - KEPT_AFTER_END_MS);
  const { count } = await tx`
    with recursive seen as (
      (select run_id from run_events order by run_id limit 1)
      union all
      select (select e.run_id from run_events e where e.run_id > seen.run_id order by e.run_id limit 1)
      from seen where seen.run_id is not null
    ), bounds as (
      select seen.run_id, case when r.completed_at < ${endedBefore} then 9223372036854775807 else (
        select e.id from run_events e where e.run_id = seen.run_id order by e.id desc offset ${KEPT_EVENTS} limit 1
      ) end as last_id
      from seen left join runs r on r.id = seen.run_id where seen.run_id is not null
    ), old as (
      select e.id from bounds b
      cross join lateral (
        select e.id from run_events e where e.run_id = b.run_id and e.id <= b.last_id order by e.id limit ${TRIMMED_AT_ONCE}
      ) e
      limit ${TRIMMED_AT_ONCE}
    )
    delete from run_events e using old where e.id = old.id`;
  return count;
}

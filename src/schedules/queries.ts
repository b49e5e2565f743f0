import { array } from "../db/array.ts";
import type { Tx } from "../db/client.ts";
import { newId, type OrganisationId } from "../ids.ts";
import type { schedules, scheduleTicks } from "./schema.ts";

export type Schedule = typeof schedules.$inferSelect;
export type Tick = Omit<typeof scheduleTicks.$inferSelect, "orgId">;

/** What a request decides, and when the schedule fires next because of it. */
export type ScheduleFields = Omit<Schedule, "id" | "orgId" | "createdBy" | "createdAt" | "updatedAt">;

/** Wakes the schedulers of all processes. */
export const SCHEDULES_CHANGED = "schedules_changed";

/** The sort key of a schedule: its name in lower case, as the database has it, and its id. */
export type ScheduleKey = [nameKey: string, id: string];

export interface NamedSchedule extends Schedule {
  templateName: string;
}

export function listSchedules(
  tx: Tx,
  after: ScheduleKey | undefined,
  limit: number,
): Promise<(NamedSchedule & { nameKey: string })[]> {
  const start = after ? tx`where (lower(s.name), s.id) > (${after[0]}, ${after[1]}::uuid)` : tx``;
  return tx<(NamedSchedule & { nameKey: string })[]>`
    select s.*, t.name as template_name, lower(s.name) as name_key
    from schedules s join templates t on t.id = s.template_id ${start}
    order by lower(s.name), s.id limit ${limit}`;
}

export async function countSchedules(tx: Tx): Promise<number> {
  const [row] = await tx<{ n: number }[]>`select count(*)::int as n from schedules`;
  return row?.n ?? 0;
}

export async function findSchedule(tx: Tx, id: string): Promise<NamedSchedule | undefined> {
  const [row] = await tx<NamedSchedule[]>`
    select s.*, t.name as template_name from schedules s join templates t on t.id = s.template_id where s.id = ${id}`;
  return row;
}

/** Waits for whoever changes or fires it. */
export async function lockSchedule(tx: Tx, id: string): Promise<Schedule | undefined> {
  const [row] = await tx<Schedule[]>`select * from schedules where id = ${id} for no key update`;
  return row;
}

/** The schedule, if it is due and nobody else is at it. */
export async function lockDueSchedule(tx: Tx, id: string, now: Date): Promise<Schedule | undefined> {
  const [row] = await tx<Schedule[]>`
    select * from schedules where id = ${id} and enabled and next_at <= ${now} for no key update skip locked`;
  return row;
}

export interface DueSchedule {
  orgId: OrganisationId;
  scheduleId: string;
  dueAt: Date;
}

/** Over all organisations: whatever is due until then. */
export function listDueSchedules(tx: Tx, until: Date): Promise<DueSchedule[]> {
  return tx<DueSchedule[]>`select * from due_schedules(${until})`;
}

export async function insertSchedule(
  tx: Tx,
  orgId: OrganisationId,
  fields: ScheduleFields & { createdBy: string | null },
): Promise<string> {
  const id = newId();
  await tx`
    insert into schedules (id, org_id, name, template_id, cron, every_weeks, anchor, time_zone, enabled, when_active,
      when_missed, budget_cap_cents, next_at, created_by)
    values (${id}, ${orgId}, ${fields.name}, ${fields.templateId}, ${fields.cron}, ${fields.everyWeeks},
      ${fields.anchor}, ${fields.timeZone}, ${fields.enabled}, ${fields.whenActive}, ${fields.whenMissed},
      ${fields.budgetCapCents}, ${fields.nextAt}, ${fields.createdBy})`;
  return id;
}

export async function updateSchedule(tx: Tx, id: string, fields: ScheduleFields): Promise<void> {
  await tx`
    update schedules set name = ${fields.name}, template_id = ${fields.templateId}, cron = ${fields.cron},
      every_weeks = ${fields.everyWeeks}, anchor = ${fields.anchor}, time_zone = ${fields.timeZone},
      enabled = ${fields.enabled}, when_active = ${fields.whenActive}, when_missed = ${fields.whenMissed},
      budget_cap_cents = ${fields.budgetCapCents}, next_at = ${fields.nextAt}, updated_at = now()
    where id = ${id}`;
}

/** @returns whether it was there */
export async function deleteSchedule(tx: Tx, id: string): Promise<boolean> {
  return (await tx`delete from schedules where id = ${id}`).count > 0;
}

/** Told when the transaction commits. */
export async function announceChange(tx: Tx): Promise<void> {
  await tx`select pg_notify(${SCHEDULES_CHANGED}, '')`;
}

export async function moveOn(tx: Tx, id: string, nextAt: Date | null): Promise<void> {
  await tx`update schedules set next_at = ${nextAt} where id = ${id}`;
}

export async function findTick(tx: Tx, scheduleId: string, dueAt: Date): Promise<Tick | undefined> {
  const [row] = await tx<Tick[]>`
    select * from schedule_ticks where schedule_id = ${scheduleId} and due_at = ${dueAt}`;
  return row;
}

/** Ticks that are kept of each schedule. */
const KEPT_TICKS = 500;

/** What became of a tick. One that waits is replaced by what comes of it; any other one stays as it is. */
export async function recordTick(tx: Tx, orgId: OrganisationId, tick: Tick): Promise<void> {
  await tx`
    insert into schedule_ticks (schedule_id, due_at, org_id, outcome, run_id, message, fired_at)
    values (${tick.scheduleId}, ${tick.dueAt}, ${orgId}, ${tick.outcome}, ${tick.runId}, ${tick.message},
      ${tick.firedAt})
    on conflict (schedule_id, due_at) do update
      set outcome = excluded.outcome, run_id = excluded.run_id, message = excluded.message,
        fired_at = excluded.fired_at
      where schedule_ticks.outcome = 'queued'`;
  await tx`
    delete from schedule_ticks where schedule_id = ${tick.scheduleId} and due_at < (
      select due_at from schedule_ticks where schedule_id = ${tick.scheduleId}
      order by due_at desc offset ${KEPT_TICKS - 1} limit 1)`;
}

/**
 * Whatever waits does so no more.
 * @returns how many did
 */
export async function dropQueuedTick(tx: Tx, scheduleId: string, message: string, now: Date): Promise<number> {
  const dropped = await tx`
    update schedule_ticks set outcome = 'skipped_active', message = ${message}, fired_at = ${now}
    where schedule_id = ${scheduleId} and outcome = 'queued'`;
  return dropped.count;
}

/** The newest ticks of each of the schedules. */
export function listLastTicks(tx: Tx, scheduleIds: string[], count: number): Promise<Tick[]> {
  return tx<Tick[]>`
    select t.* from unnest(${array(scheduleIds)}::uuid[]) s(id)
    cross join lateral (
      select * from schedule_ticks where schedule_id = s.id order by due_at desc limit ${count}
    ) t order by t.due_at desc`;
}

export interface ActiveRun {
  id: string;
  name: string;
  status: "pending" | "running" | "paused";
}

/** A run of the schedule or of its template that has not ended. */
export async function findActiveRun(
  tx: Tx,
  { id, templateId }: Pick<Schedule, "id" | "templateId">,
): Promise<ActiveRun | undefined> {
  const [row] = await tx<ActiveRun[]>`
    select id, name, status from runs
    where status in ('pending', 'running', 'paused') and (schedule_id = ${id} or template_id = ${templateId})
    order by created_at limit 1`;
  return row;
}

/** Begins a part of the transaction that may be taken back. */
export async function setSavepoint(tx: Tx): Promise<void> {
  await tx`savepoint scheduled_run`;
}

export async function rollbackToSavepoint(tx: Tx): Promise<void> {
  await tx`rollback to savepoint scheduled_run`;
}

import { z } from "zod";
import type { Tx } from "../db/client.ts";
import { ConflictError, InvalidError, NotFoundError } from "../errors.ts";
import { isId, type OrganisationId, type RunId } from "../ids.ts";
import { keptName, unlessNameTaken } from "../names.ts";
import { cursorPart, DEFAULT_LIMIT, decodeCursor, type Page, toPage } from "../paging.ts";
import { getTemplate } from "../templates/templates.ts";
import { nextFiring } from "./firings.ts";
import {
  announceChange,
  countSchedules,
  deleteSchedule,
  dropQueuedTick,
  findSchedule,
  insertSchedule,
  listLastTicks,
  listSchedules,
  lockSchedule,
  type NamedSchedule,
  type Schedule,
  type ScheduleFields,
  type Tick,
  updateSchedule,
} from "./queries.ts";
import type { NewSchedule, SchedulePatch } from "./request.ts";
import { findActive, startScheduledRun } from "./scheduled-run.ts";
import { newTiming, sameTiming } from "./timing-request.ts";

export interface ScheduleView extends NamedSchedule {
  /** Newest first. */
  lastTicks: Tick[];
}

const SHOWN_TICKS = 10;

export async function pageOfSchedules(
  tx: Tx,
  { cursor, limit = DEFAULT_LIMIT }: { cursor?: string; limit?: number },
): Promise<Page<ScheduleView> & { total: number }> {
  const after = decodeCursor(cursor, "schedules", z.tuple([cursorPart.text, cursorPart.id]));
  const page = toPage(await listSchedules(tx, after, limit + 1), limit, "schedules", ({ nameKey, id }) => [
    nameKey,
    id,
  ]);
  return { rows: await withTicks(tx, page.rows), nextCursor: page.nextCursor, total: await countSchedules(tx) };
}

/** @throws NotFoundError also for ids that are none. */
export async function getScheduleView(tx: Tx, id: string): Promise<ScheduleView> {
  const schedule = isId(id) ? await findSchedule(tx, id) : undefined;
  const [view] = schedule ? await withTicks(tx, [schedule]) : [];
  if (!view) throw new NotFoundError("schedule");
  return view;
}

/** @throws ConflictError when the name is taken; InvalidError for what never fires, an unknown template or time zone */
export async function createSchedule(
  tx: Tx,
  orgId: OrganisationId,
  request: NewSchedule,
  now: Date,
  createdBy: string | null = null,
): Promise<ScheduleView> {
  const fields = atFirst(
    {
      name: keptName(request.name),
      templateId: await usedTemplate(tx, request.template_id),
      ...newTiming(request, request.time_zone, now),
      enabled: request.enabled ?? true,
      whenActive: request.when_active ?? "skip",
      whenMissed: request.when_missed ?? "skip",
      budgetCapCents: request.budget_cap_cents ?? null,
      nextAt: null,
    },
    now,
  );
  const id = await unlessNameTaken("schedule", fields.name, insertSchedule(tx, orgId, { ...fields, createdBy }));
  await announceChange(tx);
  return getScheduleView(tx, id);
}

/**
 * A tick that is due already still counts, unless the change is about when the schedule fires. One that waits for an
 * active run does so no more once the schedule fires at other times, or not at all, or shall not wait.
 * @throws as createSchedule; NotFoundError
 */
export async function changeSchedule(tx: Tx, id: string, patch: SchedulePatch, now: Date): Promise<ScheduleView> {
  const before = await lockKnown(tx, id);
  const timing = newTiming(patch, patch.time_zone ?? before.timeZone, now, before);
  const changed: ScheduleFields = {
    name: patch.name === undefined ? before.name : keptName(patch.name),
    templateId: patch.template_id === undefined ? before.templateId : await usedTemplate(tx, patch.template_id),
    ...timing,
    enabled: patch.enabled ?? before.enabled,
    whenActive: patch.when_active ?? before.whenActive,
    whenMissed: patch.when_missed ?? before.whenMissed,
    budgetCapCents: patch.budget_cap_cents === undefined ? before.budgetCapCents : patch.budget_cap_cents,
    nextAt: before.nextAt,
  };
  const waitsNoMore = changed.whenActive === "skip" && before.whenActive === "queue";
  const isRetimed = !sameTiming(timing, before) || changed.enabled !== before.enabled;
  const dropped = isRetimed || waitsNoMore ? await dropQueuedTick(tx, before.id, "The schedule was changed.", now) : 0;
  const fields = isRetimed || dropped > 0 ? atFirst(changed, now) : changed;
  await unlessNameTaken("schedule", fields.name, updateSchedule(tx, before.id, fields));
  await announceChange(tx);
  return getScheduleView(tx, before.id);
}

/** Its runs stay. @throws NotFoundError */
export async function removeSchedule(tx: Tx, id: string): Promise<void> {
  if (!isId(id) || !(await deleteSchedule(tx, id))) throw new NotFoundError("schedule");
  await announceChange(tx);
}

/**
 * A run at once, whether the schedule is enabled or not; its ticks stay as they are.
 * @throws ConflictError while a run of it is active: a second click starts no second run; AppError as startScheduledRun
 */
export async function runNow(tx: Tx, orgId: OrganisationId, id: string, now: Date): Promise<{ id: RunId }> {
  const schedule = await lockKnown(tx, id);
  const active = await findActive(tx, schedule);
  if (active) {
    const detail = `The run ${JSON.stringify(active.name)} is still ${active.status}: finish or cancel it first.`;
    throw new ConflictError("run_active", detail, { run_id: active.id });
  }
  const run = await startScheduledRun(tx, orgId, schedule, now);
  // A tick that fell due meanwhile found the schedule locked.
  await announceChange(tx);
  return run;
}

async function withTicks(tx: Tx, schedules: NamedSchedule[]): Promise<ScheduleView[]> {
  const ids = schedules.map(({ id }) => id);
  const ticks = Map.groupBy(await listLastTicks(tx, ids, SHOWN_TICKS), ({ scheduleId }) => scheduleId);
  return schedules.map((schedule) => ({ ...schedule, lastTicks: ticks.get(schedule.id) ?? [] }));
}

async function lockKnown(tx: Tx, id: string): Promise<Schedule> {
  const schedule = isId(id) ? await lockSchedule(tx, id) : undefined;
  if (!schedule) throw new NotFoundError("schedule");
  return schedule;
}

/** As it stands when it begins to fire at these times. @throws InvalidError when there are none */
function atFirst(fields: ScheduleFields, now: Date): ScheduleFields {
  const nextAt = nextFiring(fields, now);
  if (nextAt) return { ...fields, nextAt: fields.enabled ? nextAt : null };
  const detail = `The cron ${JSON.stringify(fields.cron)} never fires: no month has such a day.`;
  throw new InvalidError("cron_never_fires", detail, [{ path: "cron", message: "must be a time that comes" }]);
}

/** It cannot be deleted before the transaction ends. */
async function usedTemplate(tx: Tx, id: string): Promise<string> {
  try {
    return (await getTemplate(tx, id, "for share")).id;
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    throw new InvalidError("unknown_template", `There is no template ${JSON.stringify(id)}.`);
  }
}

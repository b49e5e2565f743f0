import { type Sql, type Tx, withOrganisation } from "../db/client.ts";
import { AppError } from "../errors.ts";
import type { OrganisationId } from "../ids.ts";
import type { Log } from "../log.ts";
import { nextFiring } from "./firings.ts";
import {
  findTick,
  listDueSchedules,
  lockDueSchedule,
  moveOn,
  recordTick,
  rollbackToSavepoint,
  type Schedule,
  setSavepoint,
  type Tick,
} from "./queries.ts";
import { findActive, startScheduledRun } from "./scheduled-run.ts";

export interface FireDeps {
  sql: Sql;
  log: Pick<Log, "error">;
}

export interface Fired {
  /** What became of the ticks that were due. */
  ticks: Tick[];
  /** When the next tick is due, if that is within the next half minute; in the past where one waits for something. */
  nextAt: Date | null;
}

/** How far ahead `fireDue` looks. */
export const LOOK_AHEAD_MS = 30_000;
/** A tick that is later than this was missed. */
export const GRACE_MS = 5 * 60_000;

/** Fires whatever is due, over all organisations; any number of processes may do so at once. */
export async function fireDue({ sql, log }: FireDeps, now: Date): Promise<Fired> {
  const ticks: Tick[] = [];
  const nextTimes: Date[] = [];
  for (const { orgId, scheduleId, dueAt } of await listDueSchedules(sql, new Date(now.getTime() + LOOK_AHEAD_MS))) {
    let nextAt: Date | null = dueAt;
    try {
      const fired: Fired = dueAt > now ? { ticks: [], nextAt } : await fireOne(sql, orgId, scheduleId, now);
      ticks.push(...fired.ticks);
      nextAt = fired.nextAt;
    } catch (error) {
      // Its transaction is undone as a whole: it is still due, and tried again. The others do not wait for it.
      log.error({ err: error, scheduleId }, "a schedule could not be fired");
    }
    if (nextAt) nextTimes.push(nextAt);
  }
  return { ticks, nextAt: nextTimes.sort((a, b) => a.getTime() - b.getTime())[0] ?? null };
}

/** One schedule, in one transaction: its ticks, its run, and when it fires next. */
function fireOne(sql: Sql, orgId: OrganisationId, scheduleId: string, now: Date): Promise<Fired> {
  return withOrganisation(sql, orgId, async (tx) => {
    const schedule = await lockDueSchedule(tx, scheduleId, now);
    const firing = { tx, orgId, now };
    return schedule?.nextAt ? fireTicks(firing, schedule, schedule.nextAt) : { ticks: [], nextAt: null };
  });
}

interface Firing {
  tx: Tx;
  orgId: OrganisationId;
  now: Date;
}

interface Step {
  ticks: Tick[];
  /** The tick to look at next; the same one where it waits. */
  nextAt: Date | null;
}

async function fireTicks(firing: Firing, schedule: Schedule, first: Date): Promise<Fired> {
  const ticks: Tick[] = [];
  let dueAt = first;
  // More than one tick only where several lie within the grace: a missed gap is one step.
  for (;;) {
    const step = await fireTick(firing, schedule, dueAt);
    for (const tick of step.ticks) await recordTick(firing.tx, firing.orgId, tick);
    ticks.push(...step.ticks);
    const waits = step.nextAt?.getTime() === dueAt.getTime();
    if (!waits) await moveOn(firing.tx, schedule.id, step.nextAt);
    if (waits || !step.nextAt || step.nextAt > firing.now) return { ticks, nextAt: step.nextAt };
    dueAt = step.nextAt;
  }
}

async function fireTick(firing: Firing, schedule: Schedule, dueAt: Date): Promise<Step> {
  const known = await findTick(firing.tx, schedule.id, dueAt);
  // It had its turn already: the clock went back, and then somebody changed the schedule.
  if (known && known.outcome !== "queued") return { ticks: [], nextAt: nextFiring(schedule, dueAt) };
  if (known) return fireQueued(firing, schedule, dueAt);
  const isMissed = firing.now.getTime() - dueAt.getTime() > GRACE_MS;
  return isMissed ? fireMissed(firing, schedule, dueAt) : fireInTime(firing, schedule, dueAt);
}

async function fireInTime(firing: Firing, schedule: Schedule, dueAt: Date): Promise<Step> {
  const tick = await attempt(firing, schedule, dueAt);
  return { ticks: [tick], nextAt: tick.outcome === "queued" ? dueAt : nextFiring(schedule, dueAt) };
}

/** All ticks of a gap count as one, and as none where the last of them can still be fired in time. */
async function fireMissed(firing: Firing, schedule: Schedule, dueAt: Date): Promise<Step> {
  const { now } = firing;
  const next = nextFiring(schedule, new Date(now.getTime() - GRACE_MS));
  if (next && next <= now) {
    const message = `No process was there to fire it; the tick of ${next.toISOString()} follows in time.`;
    return { ticks: [tickOf(firing, schedule, dueAt, { outcome: "skipped_missed", message })], nextAt: next };
  }
  if (schedule.whenMissed === "run_once") {
    const tick = await attempt(firing, schedule, dueAt);
    return { ticks: [tick], nextAt: tick.outcome === "queued" ? dueAt : nextFiring(schedule, now) };
  }
  const message = `No process was there to fire it until ${now.toISOString()}.`;
  const tick = tickOf(firing, schedule, dueAt, { outcome: "skipped_missed", message });
  return { ticks: [tick], nextAt: nextFiring(schedule, now) };
}

/** A tick that waits takes those with it that fell due meanwhile. */
async function fireQueued(firing: Firing, schedule: Schedule, dueAt: Date): Promise<Step> {
  const tick = await attempt(firing, schedule, dueAt);
  if (tick.outcome === "queued") return { ticks: [], nextAt: dueAt };
  const overtaken = nextFiring(schedule, dueAt);
  const nextAt = nextFiring(schedule, firing.now);
  if (!overtaken || overtaken > firing.now) return { ticks: [tick], nextAt };
  const message = `Fell due while the tick of ${dueAt.toISOString()} waited, and is done with it.`;
  return { ticks: [tick, tickOf(firing, schedule, overtaken, { outcome: "skipped_active", message })], nextAt };
}

/** Starts a run, unless one is active or the run is refused. */
async function attempt(firing: Firing, schedule: Schedule, dueAt: Date): Promise<Tick> {
  const active = await findActive(firing.tx, schedule);
  if (active) {
    const message = `The run ${JSON.stringify(active.name)} (${active.id}) is ${active.status}.`;
    const outcome = schedule.whenActive === "queue" ? "queued" : "skipped_active";
    return tickOf(firing, schedule, dueAt, { outcome, message });
  }
  await setSavepoint(firing.tx);
  try {
    const run = await startScheduledRun(firing.tx, firing.orgId, schedule, firing.now);
    return tickOf(firing, schedule, dueAt, { outcome: "started", runId: run.id });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    await rollbackToSavepoint(firing.tx);
    return tickOf(firing, schedule, dueAt, { outcome: "refused", message: error.detail });
  }
}

function tickOf(
  { now }: Firing,
  { id }: Schedule,
  dueAt: Date,
  { outcome, runId = null, message = null }: Pick<Tick, "outcome"> & Partial<Pick<Tick, "runId" | "message">>,
): Tick {
  return { scheduleId: id, dueAt, outcome, runId, message, firedAt: now };
}

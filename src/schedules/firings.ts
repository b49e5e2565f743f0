import { Cron } from "croner";
import { parseCron } from "./cron.ts";
import { wallClock } from "./time-zone.ts";

/** When a schedule fires. */
export interface Timing {
  /** As `parseCron` keeps it. */
  cron: string;
  /** 2: only in each second week, counted from the one that `anchor` (`2026-11-23`, in the time zone) lies in. */
  everyWeeks: number;
  anchor: string | null;
  timeZone: string;
}

/**
 * The first moment after `after` at which the schedule fires; null when it never does.
 *
 * A pattern for every hour follows real time. Any other one names times of day, and each of those comes once a day,
 * also when clocks change: one that is left out comes with the first moment after the gap, one that clocks show twice
 * the first time. (croner alone does so only for a single time: it would leave out the 2 of `0 2,14 * * *` in spring,
 * and fire the 1 of `0 1,13 * * *` twice in autumn.)
 */
export function nextFiring(timing: Timing, after: Date): Date | null {
  const { cron, timeZone } = timing;
  if (parseCron(cron).isEveryHour) return new Cron(cron, { paused: true, timezone: timeZone }).nextRun(after);
  const times = new Cron(cron, { paused: true, timezone: "UTC" });
  for (let wall = times.nextRun(wallClock(after, timeZone)); wall; wall = times.nextRun(wall)) {
    const instant = isInItsWeek(timing, wall) ? instantOf(wall, timeZone) : null;
    if (instant && instant > after) return instant;
  }
  return null;
}

/** The next firings, fewer when there are no more. */
export function nextFirings(timing: Timing, after: Date, count: number): Date[] {
  const firings: Date[] = [];
  for (let next = nextFiring(timing, after); next; next = nextFiring(timing, next)) {
    firings.push(next);
    if (firings.length === count) break;
  }
  return firings;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** When clocks in the time zone show this; null where the day itself was left out, as at a change of the date line. */
function instantOf(wall: Date, timeZone: string): Date | null {
  const time = `${wall.getUTCMinutes()} ${wall.getUTCHours()} ${wall.getUTCDate()} ${wall.getUTCMonth() + 1} *`;
  // Clocks are at most 14 hours ahead.
  const earliest = new Date(wall.getTime() - 15 * HOUR_MS);
  const instant = new Cron(time, { paused: true, timezone: timeZone }).nextRun(earliest);
  return instant && instant.getTime() - wall.getTime() < 1.5 * DAY_MS ? instant : null;
}

function isInItsWeek({ everyWeeks, anchor }: Timing, wall: Date): boolean {
  if (everyWeeks === 1 || anchor === null) return true;
  return (weekOf(wall) - weekOf(new Date(`${anchor}T00:00:00Z`))) % everyWeeks === 0;
}

/** Weeks begin on Monday; 1970 did on a Thursday. */
function weekOf(wall: Date): number {
  return Math.floor((Math.floor(wall.getTime() / DAY_MS) + 3) / 7);
}

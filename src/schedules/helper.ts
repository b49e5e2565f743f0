import { type Static, Type } from "@sinclair/typebox";
import { ValidationError } from "../errors.ts";
import { parseCron, WEEKDAYS } from "./cron.ts";
import { nextFiring, type Timing } from "./firings.ts";
import { wallClock } from "./time-zone.ts";

const DAY_NAMES = "^(?:sun(?:day)?|mon(?:day)?|tue(?:sday)?|wed(?:nesday)?|thu(?:rsday)?|fri(?:day)?|sat(?:urday)?)$";

/** A schedule in words, for those who know no cron. */
export const Helper = Type.Object(
  {
    every: Type.Union(["day", "week", "two_weeks", "month"].map((every) => Type.Literal(every))),
    at: Type.String({ pattern: "^(?:[01]\\d|2[0-3]):[0-5]\\d$", description: 'a time of day such as "03:00"' }),
    weekday: Type.Optional(
      Type.Union([Type.Integer({ minimum: 0, maximum: 7 }), Type.RegExp(new RegExp(DAY_NAMES, "i"))], {
        description: 'a day of the week such as "MON", or its number from 0 (Sunday)',
      }),
    ),
    day: Type.Optional(Type.Integer({ minimum: 1, maximum: 31 })),
    /** A day of the first week that counts, for every two weeks. */
    from: Type.Optional(Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$", description: 'a date such as "2026-11-23"' })),
  },
  { additionalProperties: false },
);
export type Helper = Static<typeof Helper>;

/**
 * The cron that the words stand for.
 * @throws ValidationError when a field is missing, or has no meaning for what was chosen
 */
export function timingOf(helper: Helper, timeZone: string, now: Date): Timing {
  refuseMisfit(helper);
  const [hour, minute] = helper.at.split(":").map(Number);
  const cron = parseCron(`${minute} ${hour} ${helper.day ?? "*"} * ${weekdayOf(helper) ?? "*"}`).text;
  const timing = { cron, everyWeeks: 1, anchor: null, timeZone };
  if (helper.every !== "two_weeks") return timing;
  return { ...timing, everyWeeks: 2, anchor: anchorOf(helper, timing, now) };
}

/** Where no first week is given, the one of the next day that fits. */
function anchorOf({ from }: Helper, weekly: Timing, now: Date): string {
  if (from === undefined) return isoDate(wallClock(nextFiring(weekly, now) ?? now, weekly.timeZone));
  const date = new Date(`${from}T00:00:00Z`);
  if (!Number.isNaN(date.getTime()) && isoDate(date) === from) return from;
  throw new ValidationError([{ path: "helper.from", message: "must be a date that there is" }]);
}

const isoDate = (wall: Date): string => wall.toISOString().slice(0, 10);

function weekdayOf({ weekday }: Helper): string | undefined {
  return typeof weekday === "number" ? WEEKDAYS[weekday % 7] : weekday?.slice(0, 3).toUpperCase();
}

function refuseMisfit({ every, weekday, day, from }: Helper): void {
  const isWeekly = every === "week" || every === "two_weeks";
  const wrong = [
    wrongly("weekday", weekday, isWeekly, every),
    wrongly("day", day, every === "month", every),
    every !== "two_weeks" && from !== undefined ? misfit("from", every) : undefined,
  ].filter((one) => one !== undefined);
  if (wrong.length > 0) throw new ValidationError(wrong);
}

function wrongly(field: "weekday" | "day", value: unknown, isNeeded: boolean, every: string) {
  if ((value !== undefined) === isNeeded) return undefined;
  return isNeeded ? { path: `helper.${field}`, message: `is required for every ${every}` } : misfit(field, every);
}

const misfit = (field: string, every: string) => ({
  path: `helper.${field}`,
  message: `has no meaning for every ${every}: leave it out`,
});

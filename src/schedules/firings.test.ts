import { expect, test } from "bun:test";
import fc from "fast-check";
import { cronTexts } from "./cron-for-tests.ts";
import { nextFiring, nextFirings, type Timing } from "./firings.ts";
import { timingOf } from "./helper.ts";
import { wallClock } from "./time-zone.ts";

const timing = (cron: string, timeZone: string): Timing => ({ cron, timeZone, everyWeeks: 1, anchor: null });
const iso = (dates: Date[]) => dates.map((date) => date.toISOString().slice(0, 16));
const after = (text: string) => new Date(`${text}Z`);

const known: [what: string, cron: string, timeZone: string, from: string, expected: string[]][] = [
  [
    "a time that spring leaves out comes with the first moment after the gap",
    "30 2 * * *",
    "Europe/Berlin",
    "2026-03-28T00:00",
    ["2026-03-28T01:30", "2026-03-29T01:00", "2026-03-30T00:30"],
  ],
  [
    "a time that autumn repeats comes the first time only",
    "30 2 * * *",
    "Europe/Berlin",
    "2026-10-24T12:00",
    ["2026-10-25T00:30", "2026-10-26T01:30"],
  ],
  [
    "one of several times is not lost in spring",
    "0 2,14 * * *",
    "America/New_York",
    "2026-03-07T20:00",
    ["2026-03-08T07:00", "2026-03-08T18:00", "2026-03-09T06:00"],
  ],
  [
    "one of several times comes once in autumn",
    "0 1,13 * * *",
    "America/New_York",
    "2026-10-31T20:00",
    ["2026-11-01T05:00", "2026-11-01T18:00", "2026-11-02T06:00"],
  ],
  [
    "several times in the gap come as one",
    "0,30 2 * * *",
    "America/New_York",
    "2026-03-08T00:00",
    ["2026-03-08T07:00", "2026-03-09T06:00", "2026-03-09T06:30"],
  ],
  [
    "every hour follows real time in autumn",
    "0 * * * *",
    "America/New_York",
    "2026-11-01T04:30",
    ["2026-11-01T05:00", "2026-11-01T06:00", "2026-11-01T07:00"],
  ],
  [
    "every hour follows real time in spring",
    "0 * * * *",
    "America/New_York",
    "2026-03-08T05:30",
    ["2026-03-08T06:00", "2026-03-08T07:00", "2026-03-08T08:00"],
  ],
  [
    "midnight that is left out comes at one",
    "0 0 * * *",
    "America/Sao_Paulo",
    "2018-11-03T12:00",
    ["2018-11-04T03:00", "2018-11-05T02:00"],
  ],
  [
    "a day that is left out has no times",
    "30 12 * * *",
    "Pacific/Apia",
    "2011-12-29T12:00",
    ["2011-12-29T22:30", "2011-12-30T22:30", "2011-12-31T22:30"],
  ],
  [
    "half an hour of summer time",
    "45 1 * * *",
    "Australia/Lord_Howe",
    "2026-04-04T12:00",
    ["2026-04-04T14:45", "2026-04-05T15:15"],
  ],
  [
    "day of the month or day of the week, as ever with cron",
    "0 0 13 * FRI",
    "UTC",
    "2026-03-07T00:00",
    ["2026-03-13T00:00", "2026-03-20T00:00"],
  ],
  ["leap days", "0 0 29 2 *", "UTC", "2026-03-07T00:00", ["2028-02-29T00:00", "2032-02-29T00:00"]],
];
for (const [what, cron, timeZone, from, expected] of known) {
  test(`${what} (${cron}, ${timeZone})`, () => {
    expect(iso(nextFirings(timing(cron, timeZone), after(from), expected.length))).toEqual(expected);
  });
}

test("a day that no month has never comes", () => {
  expect(nextFiring(timing("0 0 30 2 *", "UTC"), after("2026-01-01T00:00"))).toBeNull();
});

const changes: [timeZone: string, from: string][] = [
  ["America/New_York", "2026-03-08T04:00"],
  ["America/New_York", "2026-11-01T03:00"],
  ["Europe/Berlin", "2026-03-28T22:00"],
  ["Europe/Berlin", "2026-10-24T21:00"],
  ["Australia/Lord_Howe", "2026-04-04T12:00"],
];
for (const [timeZone, from] of changes) {
  test(`around the change of ${timeZone} after ${from} any times of day come as clocks first show them`, () => {
    const minutes = fc.uniqueArray(fc.integer({ min: 0, max: 59 }), { minLength: 1, maxLength: 3 });
    const hours = fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(minutes, hours, (minute, hour) => {
        const firings = nextFirings(timing(`${minute} ${hour} * * *`, timeZone), after(from), 12);
        const end = (start: Date) => start.getTime() + 24 * 3_600_000;
        const ofTheDay = firings.filter((firing) => firing.getTime() <= end(after(from)));
        expect(ofTheDay).toEqual(firstShown(after(from), timeZone, minute, hour));
      }),
      { numRuns: 25 },
    );
  });
}

/** Minute for minute: whatever time of day clocks reach or pass for the first time. */
function firstShown(from: Date, timeZone: string, minutes: number[], hours: number[]): Date[] {
  const shown: Date[] = [];
  let latest = wallClock(from, timeZone).getTime();
  for (let minute = 1; minute <= 24 * 60; minute += 1) {
    const instant = new Date(from.getTime() + minute * 60_000);
    const wall = wallClock(instant, timeZone).getTime();
    let isDue = false;
    for (latest; latest < wall; ) {
      latest += 60_000;
      const passed = new Date(latest);
      isDue ||= minutes.includes(passed.getUTCMinutes()) && hours.includes(passed.getUTCHours());
    }
    if (isDue) shown.push(instant);
  }
  return shown;
}

test("the next firings of any cron, anywhere, grow strictly and follow each other without a gap", () => {
  const zones = fc.constantFrom("UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu");
  const instants = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) }).map((ms) => new Date(ms));
  fc.assert(
    fc.property(cronTexts, zones, instants, (cron, timeZone, from) => {
      const when = timing(cron.toUpperCase(), timeZone);
      const firings = nextFirings(when, from, 4);
      for (const [index, firing] of firings.entries()) {
        const before = firings[index - 1] ?? from;
        expect(firing.getTime()).toBeGreaterThan(before.getTime());
        expect(nextFiring(when, new Date(firing.getTime() - 1))).toEqual(firing);
      }
    }),
    { numRuns: 300 },
  );
});

test("every two weeks it fires in each second week from its anchor, across both changes of the year", () => {
  const zone = "Europe/Berlin";
  const fortnightly = timingOf({ every: "two_weeks", at: "08:00", weekday: "mon" }, zone, after("2026-03-11T00:00"));
  expect(fortnightly).toMatchObject({ cron: "0 8 * * MON", everyWeeks: 2, anchor: "2026-03-16" });
  const firings = nextFirings(fortnightly, after("2026-03-11T00:00"), 17);
  expect(iso(firings).slice(0, 3)).toEqual(["2026-03-16T07:00", "2026-03-30T06:00", "2026-04-13T06:00"]);
  expect(iso(firings).at(-1)).toBe("2026-10-26T07:00");
});

test("the words for a schedule are turned into cron, a missing or meaningless field is named", () => {
  const now = after("2026-11-21T00:00");
  const cronOf = (helper: Parameters<typeof timingOf>[0]) => timingOf(helper, "UTC", now).cron;
  expect(cronOf({ every: "day", at: "03:05" })).toBe("5 3 * * *");
  expect(cronOf({ every: "week", at: "23:59", weekday: 7 })).toBe("59 23 * * SUN");
  expect(cronOf({ every: "month", at: "00:00", day: 31 })).toBe("0 0 31 * *");
  expect(() => cronOf({ every: "week", at: "03:00" })).toThrow("helper.weekday: is required for every week");
  expect(() => cronOf({ every: "month", at: "03:00" })).toThrow("helper.day: is required");
  expect(() => cronOf({ every: "day", at: "03:00", day: 3 })).toThrow("helper.day: has no meaning");
  expect(() => cronOf({ every: "two_weeks", at: "03:00", weekday: 1, from: "2026-02-30" })).toThrow("helper.from");
});

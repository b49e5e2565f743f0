import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import type { Sql } from "../db/client.ts";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { inOrganisation } from "../testing/engine.ts";
import { startScheduler } from "./scheduler.ts";
import { changeSchedule } from "./schedules.ts";
import { deleteSchedules, endRuns, newSchedule, runsOf, ticksOf } from "./schedules-for-tests.ts";
import { VirtualClock } from "./virtual-clock-for-tests.ts";

let db: TestDatabase;
let other: Sql;
beforeAll(async () => {
  db = await createTestDatabase();
  other = db.connect();
});
beforeEach(async () => {
  await endRuns(db.sql);
  await deleteSchedules(db.sql);
});
afterAll(async () => {
  await other.end();
  await db.drop();
});

const at = (text: string) => new Date(`${text}Z`);
const noErrors = { error: (...given: unknown[]) => expect(given).toEqual([]) };

interface Change {
  timeZone: string;
  cron: string;
  from: string;
  to: string;
  expected: string[];
}

/** From midnight to the next morning, in local time. */
const CHANGES: Change[] = [
  {
    timeZone: "America/New_York",
    cron: "30 2,14 * * *",
    from: "2026-03-08T05:00",
    to: "2026-03-09T09:00",
    expected: ["2026-03-08T07:00", "2026-03-08T18:30", "2026-03-09T06:30"],
  },
  {
    timeZone: "America/New_York",
    cron: "30 1 * * *",
    from: "2026-11-01T04:00",
    to: "2026-11-02T09:00",
    expected: ["2026-11-01T05:30", "2026-11-02T06:30"],
  },
  {
    timeZone: "Europe/Berlin",
    cron: "30 2 * * *",
    from: "2026-03-28T23:00",
    to: "2026-03-30T03:00",
    expected: ["2026-03-29T01:00", "2026-03-30T00:30"],
  },
  {
    timeZone: "Europe/Berlin",
    cron: "30 2,14 * * *",
    from: "2026-10-24T22:00",
    to: "2026-10-26T03:00",
    expected: ["2026-10-25T00:30", "2026-10-25T13:30", "2026-10-26T01:30"],
  },
];
for (const { timeZone, cron, from, to, expected } of CHANGES) {
  test(`two processes fire each tick of ${cron} once over the day of the change in ${timeZone} from ${from}`, async () => {
    const id = await newSchedule(db.sql, at(from), { cron, time_zone: timeZone });
    const clock = new VirtualClock(at(from), at(to), 2);
    // A run is over before the next tick.
    const ending = { now: clock.now, monotonic: clock.monotonic, sleep: endThenSleep(clock) };
    const schedulers = [db.sql, other].map((sql) => startScheduler({ sql, clock: ending, log: noErrors }));
    await clock.atItsEnd();
    await Promise.all(schedulers.map((scheduler) => scheduler.stop()));
    expect(await ticksOf(db.sql, id)).toEqual(expected.map((due) => [due, "started"]));
    expect(await runsOf(db.sql, id)).toHaveLength(expected.length);
  });
}

const endThenSleep =
  (clock: VirtualClock): VirtualClock["sleep"] =>
  async (ms, signal) => {
    if (clock.now().getUTCMinutes() === 45) await endRuns(db.sql);
    return clock.sleep(ms, signal);
  };

test("it sleeps until the next tick, and fires it in that very second", async () => {
  const id = await newSchedule(db.sql, at("2026-11-21T08:00"), { cron: "7 8 * * *" });
  const clock = new VirtualClock(at("2026-11-21T08:06:45"), at("2026-11-21T08:08"));
  const scheduler = startScheduler({ sql: db.sql, clock, log: noErrors });
  await clock.atItsEnd();
  await scheduler.stop();
  expect(clock.sleeps[0]).toBe(15_000);
  const [tick] = await inOrganisation(
    db.sql,
    (tx) => tx`select fired_at from schedule_ticks where schedule_id = ${id}`,
  );
  expect(tick?.firedAt).toEqual(at("2026-11-21T08:07"));
});

test("an idle one asks the database once in half a minute", async () => {
  await newSchedule(db.sql, at("2026-11-21T08:00"), {});
  let queries = 0;
  const sql = new Proxy(db.sql, {
    apply: (target, self, given) => {
      queries += 1;
      return Reflect.apply(target, self, given);
    },
  });
  const clock = new VirtualClock(at("2026-11-21T12:00"), at("2026-11-21T12:59:59"));
  const scheduler = startScheduler({ sql, clock, log: noErrors });
  await clock.atItsEnd();
  await scheduler.stop();
  expect(queries).toBe(120);
  expect(new Set(clock.sleeps)).toEqual(new Set([30_000]));
});

test("a change of a schedule, by whatever process, wakes it", async () => {
  const now = at("2026-11-21T08:59:59");
  const id = await newSchedule(other, now, {});
  const clock = new VirtualClock(at("2026-11-21T08:00"), at("2026-11-21T08:00"));
  const scheduler = startScheduler({ sql: db.sql, clock, log: noErrors });
  await clock.atItsEnd();
  clock.set(at("2026-11-21T09:00"));
  const again = clock.asleepAgain();
  await inOrganisation(other, (tx) => changeSchedule(tx, id, { name: "Renamed" }, now));
  await again;
  await scheduler.stop();
  expect(await ticksOf(db.sql, id)).toEqual([["2026-11-21T09:00", "started"]]);
});

test("while the database is away it tells so, and goes on when it is back", async () => {
  const id = await newSchedule(db.sql, at("2026-11-21T08:00"), {});
  const told: unknown[] = [];
  let failures = 3;
  const sql = new Proxy(db.sql, {
    apply: (target, self, given) => {
      failures -= 1;
      return failures >= 0 ? Promise.reject(new Error("away")) : Reflect.apply(target, self, given);
    },
  });
  const clock = new VirtualClock(at("2026-11-21T08:59:50"), at("2026-11-21T09:01"));
  const log = { error: (...given: unknown[]) => void told.push(given) };
  const scheduler = startScheduler({ sql, clock, log });
  await clock.atItsEnd();
  await scheduler.stop();
  expect(told).toHaveLength(3);
  expect(await ticksOf(db.sql, id)).toEqual([["2026-11-21T09:00", "started"]]);
});

test("a tick that waits for a run is looked at every five seconds, and fires when the run is over", async () => {
  const id = await newSchedule(db.sql, at("2026-11-21T08:00"), { cron: "0,10 9 * * *", when_active: "queue" });
  const clock = new VirtualClock(at("2026-11-21T08:59:50"), at("2026-11-21T09:20"));
  const ending = {
    now: clock.now,
    monotonic: clock.monotonic,
    sleep: async (ms: number, signal?: AbortSignal) => {
      if (clock.now() >= at("2026-11-21T09:15")) await endRuns(db.sql);
      return clock.sleep(ms, signal);
    },
  };
  const scheduler = startScheduler({ sql: db.sql, clock: ending, log: noErrors });
  await clock.atItsEnd();
  await scheduler.stop();
  expect(await ticksOf(db.sql, id)).toEqual([
    ["2026-11-21T09:00", "started"],
    ["2026-11-21T09:10", "started"],
  ]);
  expect(clock.sleeps.filter((ms) => ms === 5_000).length).toBeWithin(55, 65);
});

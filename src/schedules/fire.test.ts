import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { FIRST_ORGANISATION } from "../accounts/organisation.ts";
import type { Sql } from "../db/client.ts";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { inOrganisation } from "../testing/engine.ts";
import { changeRun, makeRun } from "../testing/factories.ts";
import { fireDue } from "./fire.ts";
import { changeSchedule, removeSchedule, runNow } from "./schedules.ts";
import { deleteSchedules, endRuns, newSchedule, newTemplate, runsOf, ticksOf, viewOf } from "./schedules-for-tests.ts";

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
const failures: unknown[] = [];
const log = { error: (...given: unknown[]) => void failures.push(given) };
const fire = (text: string, sql = db.sql) => fireDue({ sql, log }, at(text));
const change = (id: string, patch: Parameters<typeof changeSchedule>[2], now: string) =>
  inOrganisation(db.sql, (tx) => changeSchedule(tx, id, patch, at(now)));
const daily = (more: Parameters<typeof newSchedule>[2] = {}) => newSchedule(db.sql, at("2026-11-20T12:00"), more);

test("a tick starts one run of the template, with the schedule's budget, and the next one is a day later", async () => {
  const templateId = await newTemplate(db.sql, { budget_cap_cents: 900 });
  const id = await daily({ budget_cap_cents: 700, template_id: templateId });
  expect((await fire("2026-11-21T08:59:59")).ticks).toEqual([]);
  const { ticks } = await fire("2026-11-21T09:00:00");
  const runs = await runsOf(db.sql, id);
  expect(runs).toEqual([{ id: String(ticks[0]?.runId), status: "running", budgetCapMicros: 7_000_000, templateId }]);
  expect(await ticksOf(db.sql, id)).toEqual([["2026-11-21T09:00", "started"]]);
  expect((await viewOf(db.sql, id)).nextAt).toEqual(at("2026-11-22T09:00"));
  expect((await fire("2026-11-21T09:00:01")).ticks).toEqual([]);
});

test("two processes that fire at the same moment start one run", async () => {
  const ids = [await daily(), await daily(), await daily()];
  const looks = Array.from({ length: 8 }, (_, index) => fire("2026-11-21T09:00", index % 2 === 0 ? db.sql : other));
  const ticks = (await Promise.all(looks)).flatMap((look) => look.ticks);
  expect(ticks.map(({ outcome }) => outcome)).toEqual(["started", "started", "started"]);
  for (const id of ids) expect(await runsOf(db.sql, id)).toHaveLength(1);
});

test("of two schedules of one template that fire at the same moment one finds the other's run", async () => {
  const templateId = await newTemplate(db.sql);
  const ids = [await daily({ template_id: templateId }), await daily({ template_id: templateId })];
  await Promise.all([fire("2026-11-21T09:00"), fire("2026-11-21T09:00", other)]);
  const outcomes = await Promise.all(ids.map(async (id) => (await ticksOf(db.sql, id))[0]?.[1]));
  expect(outcomes.sort()).toEqual(["skipped_active", "started"]);
});

for (const status of ["pending", "running", "paused"] as const) {
  test(`skip: nothing is started while a ${status} run of the template is there`, async () => {
    const templateId = await newTemplate(db.sql);
    await makeRun(db.sql, { templateId, status });
    const id = await daily({ template_id: templateId });
    const { ticks } = await fire("2026-11-21T09:00");
    expect(ticks).toMatchObject([{ outcome: "skipped_active", runId: null }]);
    expect(ticks[0]?.message).toContain(`is ${status}`);
    await endRuns(db.sql);
    expect((await fire("2026-11-21T09:01")).ticks).toEqual([]);
    expect(await runsOf(db.sql, id)).toEqual([]);
  });
}

test("queue: the tick waits for the active run, and starts one run when that is over", async () => {
  const id = await daily({ when_active: "queue" });
  await fire("2026-11-21T09:00");
  expect((await fire("2026-11-22T09:00")).ticks).toMatchObject([{ outcome: "queued" }]);
  expect((await fire("2026-11-22T09:30")).ticks).toEqual([]);
  expect(await runsOf(db.sql, id)).toHaveLength(1);
  await endRuns(db.sql);
  await Promise.all([fire("2026-11-22T10:00"), fire("2026-11-22T10:00", other)]);
  expect(await ticksOf(db.sql, id)).toEqual([
    ["2026-11-21T09:00", "started"],
    ["2026-11-22T09:00", "started"],
  ]);
  expect(await runsOf(db.sql, id)).toHaveLength(2);
  expect((await viewOf(db.sql, id)).nextAt).toEqual(at("2026-11-23T09:00"));
});

test("queue: what falls due while a tick waits is done with it, also over days", async () => {
  const id = await daily({ when_active: "queue" });
  for (const day of [21, 22, 23, 24]) await fire(`2026-11-${day}T09:00`);
  await endRuns(db.sql);
  await fire("2026-11-24T12:00");
  expect(await ticksOf(db.sql, id)).toEqual([
    ["2026-11-21T09:00", "started"],
    ["2026-11-22T09:00", "started"],
    ["2026-11-23T09:00", "skipped_active"],
  ]);
  expect(await runsOf(db.sql, id)).toHaveLength(2);
  expect((await viewOf(db.sql, id)).nextAt).toEqual(at("2026-11-25T09:00"));
});

for (const patch of [{ enabled: false }, { when_active: "skip" as const }, { cron: "0 10 * * *" }]) {
  test(`a tick that waits is given up when the schedule is changed to ${JSON.stringify(patch)}`, async () => {
    const id = await daily({ when_active: "queue" });
    await fire("2026-11-21T09:00");
    await fire("2026-11-22T09:00");
    await change(id, patch, "2026-11-22T09:30");
    await endRuns(db.sql);
    await fire("2026-11-22T09:31");
    expect((await ticksOf(db.sql, id)).at(-1)).toEqual(["2026-11-22T09:00", "skipped_active"]);
    expect(await runsOf(db.sql, id)).toHaveLength(1);
  });
}

test("a tick within the grace of five minutes is fired as if in time", async () => {
  const id = await daily();
  await fire("2026-11-21T09:05:00");
  expect(await ticksOf(db.sql, id)).toEqual([["2026-11-21T09:00", "started"]]);
});

test("missed, skip: nothing is started, a gap of many ticks counts as one, and the next comes in time", async () => {
  const id = await daily();
  await fire("2026-11-28T12:00");
  expect(await ticksOf(db.sql, id)).toEqual([["2026-11-21T09:00", "skipped_missed"]]);
  expect(await runsOf(db.sql, id)).toEqual([]);
  expect((await viewOf(db.sql, id)).nextAt).toEqual(at("2026-11-29T09:00"));
});

test("missed, run once: a gap of many ticks starts one run, over any number of processes", async () => {
  const id = await daily({ when_missed: "run_once" });
  await Promise.all([fire("2026-11-28T12:00"), fire("2026-11-28T12:00", other), fire("2026-11-28T12:00")]);
  await endRuns(db.sql);
  await fire("2026-11-28T12:01");
  expect(await ticksOf(db.sql, id)).toEqual([["2026-11-21T09:00", "started"]]);
  expect(await runsOf(db.sql, id)).toHaveLength(1);
});

for (const when_missed of ["skip", "run_once"] as const) {
  test(`missed, ${when_missed}: where the last tick of the gap is still in time, that one alone starts a run`, async () => {
    const id = await daily({ when_missed });
    await fire("2026-11-28T09:02");
    expect(await ticksOf(db.sql, id)).toEqual([
      ["2026-11-21T09:00", "skipped_missed"],
      ["2026-11-28T09:00", "started"],
    ]);
    expect(await runsOf(db.sql, id)).toHaveLength(1);
  });
}

test("ticks that fell due within the grace start one run at most", async () => {
  const id = await daily({ cron: "* * * * *", when_missed: "run_once" });
  await fire("2026-11-20T12:04:30");
  expect((await ticksOf(db.sql, id)).map(([, outcome]) => outcome)).toEqual([
    "started",
    "skipped_active",
    "skipped_active",
    "skipped_active",
  ]);
  expect(await runsOf(db.sql, id)).toHaveLength(1);
});

test("a run that is refused leaves a tick that says why, no run, and the schedule goes on", async () => {
  const id = await daily({ budget_cap_cents: 1 });
  const fine = await daily();
  const { ticks } = await fire("2026-11-21T09:00");
  const refused = ticks.find((tick) => tick.scheduleId === id);
  expect(refused).toMatchObject({ outcome: "refused", runId: null });
  expect(refused?.message).toContain("over its cap");
  expect(await runsOf(db.sql, id)).toEqual([]);
  expect(await runsOf(db.sql, fine)).toHaveLength(1);
  expect((await viewOf(db.sql, id)).nextAt).toEqual(at("2026-11-22T09:00"));
});

test("as many runs as are allowed: the tick is refused, and says so", async () => {
  for (let run = 0; run < 3; run += 1) await makeRun(db.sql, { status: "running" });
  const id = await daily();
  const { ticks } = await fire("2026-11-21T09:00");
  expect(ticks).toMatchObject([{ scheduleId: id, outcome: "refused" }]);
  expect(ticks[0]?.message).toContain("max_concurrent_runs");
});

test("a schedule that is disabled or deleted fires no more", async () => {
  const disabled = await daily();
  const deleted = await daily();
  await change(disabled, { enabled: false }, "2026-11-20T12:00");
  await inOrganisation(db.sql, (tx) => removeSchedule(tx, deleted));
  expect((await fire("2026-11-21T09:00")).ticks).toEqual([]);
});

test("while somebody changes a schedule or runs it now, it waits for the next look", async () => {
  const id = await daily();
  await inOrganisation(db.sql, async (tx) => {
    await runNow(tx, FIRST_ORGANISATION, id, at("2026-11-21T09:00"));
    expect((await fire("2026-11-21T09:00", other)).ticks).toEqual([]);
  });
  expect((await fire("2026-11-21T09:00:01")).ticks).toMatchObject([{ outcome: "skipped_active" }]);
});

for (const [jump, there] of [
  ["an hour", "2026-11-21T10:00"],
  ["a day", "2026-11-22T09:00"],
] as const) {
  for (const when_missed of ["skip", "run_once"] as const) {
    test(`a clock that jumps ${jump} ahead and back starts one run at most, and no tick twice (${when_missed})`, async () => {
      const id = await daily({ when_missed });
      for (const now of [there, "2026-11-21T09:00:01", there, "2026-11-21T09:00:02"]) {
        await fire(now);
        await endRuns(db.sql);
      }
      expect((await runsOf(db.sql, id)).length).toBeLessThanOrEqual(1);
    });
  }
}

test("a clock that jumps back fires no tick again, not even when the schedule is changed meanwhile", async () => {
  const id = await daily();
  await fire("2026-11-21T09:00");
  await endRuns(db.sql);
  expect((await fire("2026-11-20T09:00")).ticks).toEqual([]);
  await change(id, { cron: "0 10 * * *" }, "2026-11-21T08:00");
  await change(id, { cron: "0 9 * * *" }, "2026-11-21T08:00");
  expect((await viewOf(db.sql, id)).nextAt).toEqual(at("2026-11-21T09:00"));
  expect((await fire("2026-11-21T09:00")).ticks).toEqual([]);
  expect(await runsOf(db.sql, id)).toHaveLength(1);
  expect((await viewOf(db.sql, id)).nextAt).toEqual(at("2026-11-22T09:00"));
});

test("one schedule that cannot be fired keeps no other from it, and is due still", async () => {
  const [broken, fine] = [await daily(), await daily()];
  await inOrganisation(db.sql, (tx) => tx`update schedules set time_zone = 'Nowhere/None' where id = ${broken}`);
  const { ticks, nextAt } = await fire("2026-11-21T09:00");
  expect(ticks.map(({ scheduleId }) => scheduleId)).toEqual([fine]);
  expect(failures).toHaveLength(1);
  expect(nextAt).toEqual(at("2026-11-21T09:00"));
  expect(await runsOf(db.sql, broken)).toEqual([]);
});

test("a run that has failed, or was cancelled, keeps no tick from firing", async () => {
  const id = await daily();
  await fire("2026-11-21T09:00");
  const [run] = await runsOf(db.sql, id);
  await changeRun(db.sql, String(run?.id), { status: "failed", completedAt: new Date() });
  expect((await fire("2026-11-22T09:00")).ticks).toMatchObject([{ outcome: "started" }]);
});

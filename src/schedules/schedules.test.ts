import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { newId } from "../ids.ts";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { inOrganisation } from "../testing/engine.ts";
import { type TestWeb, testWeb } from "../testing/web.ts";
import { endRuns, runsOf } from "./schedules-for-tests.ts";

let db: TestDatabase;
let web: TestWeb;
let templateId: string;
beforeAll(async () => {
  db = await createTestDatabase();
  web = testWeb(db.sql);
  const body = { name: "Template", category_ids: ["automotive"], budget_cap_cents: 2500 };
  templateId = (await (await web.send("POST", "/api/collection/templates", body)).json()).id;
});
beforeEach(() => endRuns(db.sql));
afterAll(() => db.drop());

const SCHEDULES = "/api/collection/schedules";
const post = (body: object) => web.send("POST", SCHEDULES, body);
const patch = (id: string, body: object) => web.send("PATCH", `${SCHEDULES}/${id}`, body);
const runNow = (id: string) => web.send("POST", `${SCHEDULES}/${id}/run-now`, {});
const read = async (id: string) => (await web.json(`${SCHEDULES}/${id}`)).body;
let count = 0;
const valid = (more: object = { cron: "0 3 * * *" }) => {
  count += 1;
  return { name: `Schedule ${count}`, template_id: templateId, time_zone: "America/New_York", ...more };
};
async function make(more?: object): Promise<string> {
  const response = await post(valid(more));
  expect(response.status).toBe(201);
  return (await response.json()).id;
}

test("a schedule is made, read, changed and deleted; it shows its next five firings", async () => {
  const id = await make({ cron: " 0 3 * * mon ", budget_cap_cents: 700, when_active: "queue" });
  const made = await read(id);
  expect(made).toMatchObject({
    template_id: templateId,
    template_name: "Template",
    cron: "0 3 * * MON",
    every_weeks: 1,
    enabled: true,
    when_active: "queue",
    when_missed: "skip",
    budget_cap_cents: 700,
    last_ticks: [],
  });
  expect(made.next_firings).toHaveLength(5);
  expect(made.next_firings[0]).toBe(made.next_at);

  const changed = await (await patch(id, { time_zone: "europe/berlin", budget_cap_cents: null })).json();
  expect(changed).toMatchObject({ time_zone: "Europe/Berlin", cron: "0 3 * * MON", budget_cap_cents: null });
  expect(changed.next_at).not.toBe(made.next_at);

  expect((await web.ask(`${SCHEDULES}/${id}`, { method: "DELETE" })).status).toBe(204);
  expect((await web.json(`${SCHEDULES}/${id}`)).status).toBe(404);
});

const refused: [what: string, body: object, status: number, code: string][] = [
  ["neither cron nor helper", {}, 400, "one_timing"],
  ["both cron and helper", { cron: "0 3 * * *", helper: { every: "day", at: "03:00" } }, 400, "one_timing"],
  ["a cron that never fires", { cron: "0 3 31 2,4 *" }, 400, "cron_never_fires"],
  ["a helper without its weekday", { helper: { every: "week", at: "03:00" } }, 422, "validation"],
  ["a time of day that there is not", { helper: { every: "day", at: "24:00" } }, 422, "validation"],
  ["seconds", { cron: "0 0 3 * * *" }, 422, "validation"],
  ["a nickname", { cron: "@daily" }, 422, "validation"],
  ["an unknown time zone", { cron: "0 3 * * *", time_zone: "Europe/Atlantis" }, 400, "unknown_time_zone"],
  ["an offset as time zone", { cron: "0 3 * * *", time_zone: "+01:00" }, 400, "unknown_time_zone"],
  ["an unknown template", { cron: "0 3 * * *", template_id: newId() }, 400, "unknown_template"],
  ["a template id that is none", { cron: "0 3 * * *", template_id: "x" }, 400, "unknown_template"],
  ["an unknown policy", { cron: "0 3 * * *", when_active: "kill" }, 422, "validation"],
  ["an unknown field", { cron: "0 3 * * *", seconds: 1 }, 422, "validation"],
];
for (const [what, body, status, code] of refused) {
  test(`${what}: refused with ${status} ${code}, whether made or changed, and nothing is written`, async () => {
    const id = await make();
    const before = (await web.json(SCHEDULES)).body;
    const response = await post(valid(body));
    expect([response.status, (await response.json()).code]).toEqual([status, code]);
    if (Object.keys(body).length > 0) expect((await patch(id, body)).status).toBe(status);
    expect((await web.json(SCHEDULES)).body).toEqual(before);
  });
}

test("a name is taken whatever its case", async () => {
  const { name } = await read(await make());
  const again = await post({ ...valid(), name: name.toUpperCase() });
  expect([again.status, (await again.json()).code]).toEqual([409, "name_taken"]);
});

test("one that is disabled fires at no time; enabled again it begins with the next tick from now", async () => {
  const id = await make();
  const before = await read(id);
  expect(await (await patch(id, { enabled: false })).json()).toMatchObject({ next_at: null, next_firings: [] });
  expect((await (await patch(id, { enabled: true })).json()).next_at).toBe(before.next_at);
});

test("a tick that is due already still counts after a change that is not about its time", async () => {
  const id = await make();
  const due = new Date(Date.now() - 60_000);
  await inOrganisation(db.sql, (tx) => tx`update schedules set next_at = ${due} where id = ${id}`);
  expect((await (await patch(id, { name: `Renamed ${count}` })).json()).next_at).toBe(due.toISOString());
  expect((await (await patch(id, { cron: "0 4 * * *" })).json()).next_at > new Date().toISOString()).toBe(true);
});

test("run-now makes and starts a run with the schedule's budget, and a second click none", async () => {
  const id = await make({ cron: "0 3 * * *", budget_cap_cents: 700, enabled: false });
  const answers = await Promise.all([runNow(id), runNow(id)]);
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
  const started = await answers.find(({ status }) => status === 201)?.json();
  expect(started).toMatchObject({ budget_cap_cents: 700, template_id: templateId });
  expect(await answers.find(({ status }) => status === 409)?.json()).toMatchObject({
    code: "run_active",
    run_id: started.id,
  });
  expect(await runsOf(db.sql, id)).toMatchObject([{ id: started.id, status: "running" }]);
  expect((await read(id)).last_ticks).toEqual([]);
});

test("run-now tells why a run is refused, and makes none", async () => {
  const id = await make({ cron: "0 3 * * *", budget_cap_cents: 1 });
  const response = await runNow(id);
  expect([response.status, (await response.json()).code]).toEqual([400, "budget_exceeded"]);
  expect(await runsOf(db.sql, id)).toEqual([]);
});

test("ids that are unknown, or none at all, are 404", async () => {
  for (const id of [newId(), "x"]) {
    expect((await web.json(`${SCHEDULES}/${id}`)).status).toBe(404);
    expect((await patch(id, { name: "Mine" })).status).toBe(404);
    expect((await runNow(id)).status).toBe(404);
    expect((await web.ask(`${SCHEDULES}/${id}`, { method: "DELETE" })).status).toBe(404);
  }
});

test("the list pages through each schedule once", async () => {
  const { body } = await web.json(`${SCHEDULES}?limit=500`);
  const seen: string[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page = await web.json(`${SCHEDULES}?limit=7${cursor && `&cursor=${cursor}`}`);
    seen.push(...page.body.schedules.map((schedule: { id: string }) => schedule.id));
    cursor = page.body.next_cursor;
  }
  expect(seen).toEqual(body.schedules.map((schedule: { id: string }) => schedule.id));
  expect(seen).toHaveLength(body.total);
});

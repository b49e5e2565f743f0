import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { withOrganisation } from "../db/client.ts";
import { newId, type OrganisationId, type RunId } from "../ids.ts";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { holdLane, inOrganisation } from "../testing/engine.ts";
import { makeItem, makeRun } from "../testing/factories.ts";
import { type TestWeb, testWeb } from "../testing/web.ts";
import { PAUSE_REASONS, type PauseReason, RUN_COMMANDS, type RunCommand, type RunStatus } from "./status.ts";

let db: TestDatabase;
let web: TestWeb;
const moved: string[] = [];

beforeAll(async () => {
  db = await createTestDatabase();
  web = testWeb(db.sql);
  await inOrganisation(db.sql, (tx) => tx`update settings set max_concurrent_runs = 100000`);
  await db.sql.listen("run_moved", (id) => moved.push(id));
});
afterAll(async () => {
  expect(web.defects).toEqual([]);
  await db.drop();
});

const RUNS = "/api/collection/runs";
type Command = RunCommand | "rerun";
const ALL_COMMANDS: Command[] = [...RUN_COMMANDS, "rerun"];

/** Where each command leads; anything that is not named here is refused. */
const LEGAL: Record<Command, Partial<Record<RunStatus, RunStatus>>> = {
  start: { pending: "running" },
  pause: { running: "paused" },
  resume: { paused: "running" },
  finish: { paused: "completed" },
  cancel: { pending: "cancelled", running: "cancelled", paused: "cancelled" },
  "retry-failed": { completed: "running", failed: "running" },
  rerun: {
    pending: "pending",
    running: "pending",
    paused: "pending",
    completed: "pending",
    failed: "pending",
    cancelled: "pending",
  },
};
/** What the run becomes by the command, legal or not. */
const LEADS_TO = {
  start: "running",
  pause: "paused",
  resume: "running",
  finish: "completed",
  cancel: "cancelled",
  "retry-failed": "running",
} as const satisfies Record<RunCommand, RunStatus>;
const EVENT_OF: Partial<Record<RunStatus, string>> = {
  running: "resumed",
  paused: "paused",
  completed: "complete",
  cancelled: "complete",
};

interface State {
  status: RunStatus;
  pauseReason?: PauseReason;
}
const STATES: State[] = [
  { status: "pending" },
  { status: "running" },
  ...PAUSE_REASONS.map((pauseReason) => ({ status: "paused" as const, pauseReason })),
  { status: "completed" },
  { status: "failed" },
  { status: "cancelled" },
];

for (const command of ALL_COMMANDS) {
  describe(command, () => {
    for (const state of STATES) {
      const to = LEGAL[command][state.status];
      const name = [state.status, ...(state.pauseReason ? [`(${state.pauseReason})`] : [])].join(" ");
      if (command === "rerun") test(`repeats a ${name} run as a new one`, () => expectRepeated(state));
      else if (to) test(`makes a ${name} run ${to}`, () => expectMoved(command, state, to));
      else test(`is refused for a ${name} run`, () => expectRefused(command, state));
    }
  });
}

async function expectMoved(command: RunCommand, state: State, to: RunStatus) {
  const id = await runIn(state);
  const before = await everythingOf(id);
  const { status, body } = await send(id, command);
  expect([status, body.id, body.status, body.pause_reason]).toEqual([
    200,
    id,
    to,
    command === "pause" ? "manual" : null,
  ]);
  const after = await everythingOf(id);
  expect(after.run).toMatchObject({ status: to, retryAt: null, budgetScope: null });
  expect(after.run?.revision).toBeGreaterThan(before.run?.revision ?? 0);
  expect(after.events).toEqual([...before.events, EVENT_OF[to] ?? "none"]);
  expect(await noticesSoFar()).toContain(id);
}

async function expectRefused(command: RunCommand, state: State) {
  const id = await runIn(state);
  const before = await everythingOf(id);
  const { status, body } = await send(id, command);
  expect({ status, ...body }).toMatchObject({
    status: 409,
    code: "illegal_transition",
    from: state.status,
    to: LEADS_TO[command],
    detail: expect.stringContaining(`A ${state.status} run cannot become ${LEADS_TO[command]}. Only a`),
  });
  expect(await everythingOf(id)).toEqual(before);
  expect(await noticesSoFar()).not.toContain(id);
}

async function expectRepeated(state: State) {
  const id = await runIn(state);
  const before = await everythingOf(id);
  const { status, body } = await send(id, "rerun");
  expect([status, body.status, body.rerun_of]).toEqual([201, "pending", id]);
  expect(body.id).not.toBe(id);
  expect(await everythingOf(id)).toEqual(before);
}

describe("a run that is not there", () => {
  for (const command of ALL_COMMANDS) {
    test(`cannot be reached by ${command}, and one of another organisation looks the same`, async () => {
      const foreign = await foreignRun();
      const before = await rowOf(foreign.id, foreign.orgId);
      const answers = await Promise.all([newId(), foreign.id, "x", "%00", "..%2f"].map((id) => send(id, command)));
      for (const { status, body } of answers) {
        expect({ ...body, request_id: "" }).toEqual({ ...answers[0]?.body, request_id: "" });
        expect([status, body.code]).toEqual([404, "run_not_found"]);
      }
      expect(await rowOf(foreign.id, foreign.orgId)).toEqual(before);
    });
  }
});

describe("a command's body", () => {
  const bodies: [what: string, init: RequestInit, status: number, code: string][] = [
    ["that is not JSON", json("{"), 400, "malformed_json"],
    ["of another type", { body: "{}", headers: { "content-type": "text/plain" } }, 415, "not_json"],
    ["with an unknown field", json('{"force":true}'), 422, "validation"],
    ["that is null", json("null"), 422, "validation"],
    ["that is a list", json("[]"), 422, "validation"],
  ];
  for (const [what, init, status, code] of bodies) {
    test(`${what} is refused with ${status}, whatever the command`, async () => {
      const id = await runIn({ status: "paused", pauseReason: "manual" });
      const before = await everythingOf(id);
      for (const command of ALL_COMMANDS) {
        const answer = await send(id, command, init);
        expect([command, answer.status, answer.body.code]).toEqual([command, status, code]);
      }
      expect(await everythingOf(id)).toEqual(before);
    });
  }

  for (const [what, init] of [
    ["may be left out", {}],
    ["may be empty", { headers: { "content-type": "application/json", "content-length": "0" }, body: "" }],
    ["may be an empty object", json("{}")],
  ] as const) {
    test(what, async () => expect((await send(await runIn({ status: "pending" }), "start", init)).status).toBe(200));
  }

  for (const [command, body, path] of [
    ["resume", { workers: 0 }, "workers"],
    ["resume", { workers: 5000 }, "workers"],
    ["resume", { budget_cap_cents: -1 }, "budget_cap_cents"],
    ["resume", { budget_cap_cents: 1.5 }, "budget_cap_cents"],
    ["retry-failed", { item_ids: [] }, "item_ids"],
    ["retry-failed", { item_ids: ["x"] }, "item_ids.0"],
    ["retry-failed", { item_ids: [`urn:uuid:${newId()}`] }, "item_ids.0"],
  ] as const) {
    test(`${command} names what is wrong with ${JSON.stringify(body).slice(0, 40)}`, async () => {
      const state: State = command === "resume" ? { status: "paused", pauseReason: "budget" } : { status: "failed" };
      const id = await runIn(state);
      const before = await everythingOf(id);
      const answer = await send(id, command, json(JSON.stringify(body)));
      expect([answer.status, answer.body.errors.map((error: { path: string }) => error.path)]).toEqual([422, [path]]);
      expect(await everythingOf(id)).toEqual(before);
    });
  }
});

test("of two starts at once one wins, and the other is told so", async () => {
  for (let turn = 0; turn < 10; turn++) {
    const id = await runIn({ status: "pending" });
    const answers = await Promise.all([send(id, "start"), send(id, "start")]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await everythingOf(id)).events).toEqual(["resumed"]);
  }
});

test("a resume in the middle of a pause is refused, and changes no limit", async () => {
  const id = await runIn({ status: "running" });
  const lane = await holdLane(db.sql, { id });
  expect((await send(id, "pause")).status).toBe(200);
  const before = await everythingOf(id);
  const { status, body } = await send(id, "resume", json('{"workers":7,"budget_cap_cents":9000}'));
  expect([status, body.code, body.calls_in_flight]).toEqual([409, "still_pausing", 0]);
  expect(await everythingOf(id)).toEqual(before);
  await lane[Symbol.asyncDispose]();
});

test("failed items are not retried before everybody has left the run", async () => {
  const id = await runIn({ status: "completed" });
  const lane = await holdLane(db.sql, { id });
  const before = await everythingOf(id);
  const { status, body } = await send(id, "retry-failed");
  expect([status, body.code]).toEqual([409, "still_ending"]);
  expect(await everythingOf(id)).toEqual(before);
  await lane[Symbol.asyncDispose]();
});

test("a resume takes other limits with it; a cap below what is spent is refused with the sum", async () => {
  const id = await runIn({ status: "paused", pauseReason: "budget" }, { spentMicros: 123_000, sureMicros: 120_000 });
  const before = await everythingOf(id);
  const refused = await send(id, "resume", json('{"budget_cap_cents":12,"workers":9}'));
  expect(refused).toMatchObject({
    status: 422,
    body: { code: "cap_below_spent", errors: [{ path: "budget_cap_cents" }] },
  });
  expect(refused.body.detail).toContain("$0.13");
  expect(await everythingOf(id)).toEqual(before);
  const resumed = await send(id, "resume", json('{"budget_cap_cents":13,"workers":9}'));
  expect(resumed).toMatchObject({ status: 200, body: { status: "running", budget_cap_cents: 13, workers: 9 } });
});

test("a cap that is raised warns again at its own threshold", async () => {
  const id = await runIn({ status: "paused", pauseReason: "budget" }, { warnedAt: new Date() });
  expect((await send(id, "resume", json('{"workers":9}'))).body.warned_at).not.toBeNull();
  await send(id, "pause");
  expect((await send(id, "resume", json('{"budget_cap_cents":9999}'))).body.warned_at).toBeNull();
});

test("only the failed items that are named are retried; where none has failed, nothing is", async () => {
  const id = await runIn({ status: "completed" }, { totalItems: 3, completedItems: 1, failedItems: 2 });
  const one = await makeItem(db.sql, id, { status: "failed", errorCode: "timeout", attempts: 3 });
  const done = await makeItem(db.sql, id, { status: "completed" });
  const other = await makeItem(db.sql, await runIn({ status: "failed" }), { status: "failed" });
  const before = await everythingOf(id);
  const none = await send(id, "retry-failed", json(JSON.stringify({ item_ids: [done.id, other.id, newId()] })));
  expect([none.status, none.body.code]).toEqual([409, "nothing_failed"]);
  expect(await everythingOf(id)).toEqual(before);

  const { body } = await send(id, "retry-failed", json(JSON.stringify({ item_ids: [one.id, one.id, done.id] })));
  expect(body).toMatchObject({ status: "running", retried_items: 1, failed_items: 1, completed_at: null });
  expect((await everythingOf(id)).items.filter(({ status }) => status === "pending")).toMatchObject([
    { id: one.id, attempts: 0, errorCode: null, finishedAt: null },
  ]);
});

function json(body: string): RequestInit {
  return { body, headers: { "content-type": "application/json" } };
}

async function send(id: string, command: Command, init: RequestInit = {}) {
  const response = await web.ask(`${RUNS}/${id}/${command}`, { method: "POST", ...init });
  return { status: response.status, body: await response.json() };
}

/** A run in this state, with a failed item where it is over. */
async function runIn({ status, pauseReason }: State, more: Parameters<typeof makeRun>[1] = {}): Promise<RunId> {
  const isOver = status === "completed" || status === "failed";
  const id = newId<RunId>();
  await makeRun(db.sql, {
    id,
    status,
    ...(pauseReason && { pauseReason, pausedAt: new Date() }),
    ...(pauseReason === "budget" && { budgetScope: "run" }),
    ...(pauseReason === "provider" && { retryAt: new Date() }),
    ...(status === "running" && { segmentStartedAt: new Date(), entryId: newId() }),
    ...(isOver && { totalItems: 1, failedItems: 1 }),
    ...more,
  });
  if (isOver) await makeItem(db.sql, id, { status: "failed", errorCode: "timeout" });
  return id;
}

/** All that a command may change. */
function everythingOf(id: string) {
  return inOrganisation(db.sql, async (tx) => {
    const [run] = await tx<{ revision: number; status: string }[]>`select * from runs where id = ${id}`;
    const items = await tx`select * from collection_items where run_id = ${id} order by id`;
    const events = await tx<{ action: string }[]>`select action from run_events where run_id = ${id} order by id`;
    return { run, items: [...items], events: events.map(({ action }) => action) };
  });
}

/** Everything that was announced so far: notices come in the order of the commits. */
async function noticesSoFar(): Promise<string[]> {
  const last = newId();
  const heard = Promise.withResolvers<void>();
  const { unlisten } = await db.sql.listen("run_moved", (id) => id === last && heard.resolve());
  await db.sql`select pg_notify('run_moved', ${last})`;
  await heard.promise;
  await unlisten();
  return moved;
}

const rowOf = (id: string, orgId: OrganisationId) =>
  withOrganisation(db.sql, orgId, async (tx) => [...(await tx`select * from runs where id = ${id}`)]);

async function foreignRun(): Promise<{ id: string; orgId: OrganisationId }> {
  const [orgId, id] = [newId<OrganisationId>(), newId()];
  await withOrganisation(db.sql, orgId, async (tx) => {
    await tx`insert into organisations (id, name) values (${orgId}, 'Foreign')`;
    await tx`
      insert into runs (id, org_id, name, workers, best_seller_pages, pages_per_product, markup_percent_min,
        markup_percent_max, best_sellers_price_micros, seller_search_price_micros, soft_warning_percent, budget_cap_micros)
      values (${id}, ${orgId}, 'Foreign', 5, 1, 1, 80, 120, 1350, 1350, 80, 1000000)`;
  });
  return { id, orgId };
}

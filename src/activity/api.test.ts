import { afterAll, beforeAll, expect, test } from "bun:test";
import { FIRST_ORGANISATION } from "../accounts/organisation.ts";
import { createApp } from "../app.ts";
import { type Sql, withOrganisation } from "../db/client.ts";
import { newId, type OrganisationId, type RunId } from "../ids.ts";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { readUntil } from "../testing/event-stream.ts";
import { changeRun, makeRun } from "../testing/factories.ts";
import { testWeb } from "../testing/web.ts";
import type { NewActivity } from "./event.ts";
import { insertActivity, trimActivityOfAll } from "./queries.ts";

let database: TestDatabase;
let sql: Sql;
let otherSql: Sql;
let web: Served;
let other: Served;

beforeAll(async () => {
  database = await createTestDatabase();
  sql = database.sql;
  otherSql = database.connect();
  // Two processes on one database, as far as the streams can tell.
  [web, other] = [serve(sql), serve(otherSql)];
});
afterAll(async () => {
  await Promise.all([web.stop(), other.stop()]);
  await otherSql.end({ timeout: 5 });
  await database.drop();
});

interface Served {
  url: string;
  stop(): Promise<unknown>;
}

function serve(on: Sql): Served {
  const { app } = testWeb(on);
  app.listen({ port: 0, hostname: "127.0.0.1" });
  return { url: `http://127.0.0.1:${app.server?.port}`, stop: () => app.stop(true) };
}

const found = (n: number): NewActivity => ({
  workerId: 2,
  phase: "ebay",
  action: "found",
  details: { product_name: "Steel bottle, 24 oz", page: n, items_count: 3, cost_micros: 1350 },
});

/** As the engine does: events and the change that they tell of in one commit. */
async function happen(runId: string, n: number, change: Parameters<typeof changeRun>[2] = { sellersFound: n }) {
  const events = Array.from({ length: n }, (_, index) => found(index + 1));
  await withOrganisation(sql, FIRST_ORGANISATION, (tx) =>
    insertActivity(tx, FIRST_ORGANISATION, runId as RunId, events),
  );
  await changeRun(sql, runId, change);
}

async function open({ url }: Served, runId: string, lastEventId?: string, query = "") {
  const headers = lastEventId === undefined ? {} : { "last-event-id": lastEventId };
  const response = await fetch(`${url}/api/collection/runs/${runId}/activity${query}`, { headers });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
  if (!response.body) throw new Error("a stream was expected");
  return response.body.getReader();
}

type Reader = ReadableStreamDefaultReader<Uint8Array>;
const take = async (reader: Reader, n: number) => (await readUntil(reader, (events) => events.length >= n)).events;
const idsOf = (events: { lastEventId: string }[]) => events.map((event) => event.lastEventId);

test("an event is JSON with its id, its time, its worker and what happened", async () => {
  const { id } = await makeRun(sql, { status: "running" });
  const reader = await open(web, id);
  await happen(id, 1);
  const { events, text } = await readUntil(reader, (all) => all.length === 1);
  expect(text).toContain("retry: 1000\n");
  const { lastEventId, type, data = "" } = events[0] ?? {};
  expect([type, lastEventId]).toEqual(["message", String(JSON.parse(data).id)]);
  expect(JSON.parse(data)).toEqual({
    id: expect.any(Number),
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    worker_id: 2,
    phase: "ebay",
    action: "found",
    product_name: "Steel bottle, 24 oz",
    page: 1,
    items_count: 3,
    cost_micros: 1350,
  });
  await reader.cancel();
});

test("viewers of two processes see the same ids, and one that moves from one to the other misses and repeats none", async () => {
  const { id } = await makeRun(sql, { status: "running" });
  const readers = [await open(web, id), await open(other, id)];
  const seen: string[][] = [[], []];
  const moving: string[] = [];
  for (let round = 0; round < 12; round++) {
    const mover = await open(round % 2 === 0 ? web : other, id, moving.at(-1));
    await happen(id, 5);
    for (const [index, reader] of readers.entries()) seen[index]?.push(...idsOf(await take(reader, 5)));
    moving.push(...idsOf(await take(mover, 5)));
    await mover.cancel();
  }
  expect(seen[0]).toEqual(seen[1]);
  expect(moving).toEqual(seen[0] ?? []);
  expect(new Set(moving).size).toBe(60);
  await Promise.all(readers.map((reader) => reader.cancel()));
});

test("after a restart a viewer goes on where it was, by header or by query", async () => {
  const { id } = await makeRun(sql, { status: "running" });
  const before = serve(sql);
  await happen(id, 3);
  const reader = await open(before, id);
  const first = idsOf(await take(reader, 3));
  await before.stop();
  expect(await readUntil(reader, () => false).catch(() => "cut")).toBe("cut");
  await happen(id, 2);
  const after = serve(sql);
  const resumed = await open(after, id, first[1]);
  const ids = idsOf(await take(resumed, 3));
  expect(ids[0]).toBe(first[2] ?? "");
  const byQuery = await open(after, id, undefined, `?last_event_id=${first[1]}`);
  expect(idsOf(await take(byQuery, 3))).toEqual(ids);
  await after.stop();
});

test("an id that is no longer kept, or another run's, is answered with the whole state and the newest id", async () => {
  const { id } = await makeRun(sql, { status: "running", name: "Bottles" });
  const { id: foreign } = await makeRun(sql, { status: "running" });
  await happen(id, 4);
  await happen(foreign, 1);
  const newest = idsOf(await take(await open(web, id), 4)).at(-1);
  const [strange = ""] = idsOf(await take(await open(web, foreign), 1));
  for (const seen of [strange, "1000000", "x"]) {
    const [reset] = await take(await open(web, id, seen), 1);
    expect([reset?.type, reset?.lastEventId]).toEqual(["reset", newest]);
    const state = JSON.parse(reset?.data ?? "");
    expect(state).toMatchObject({ id, name: "Bottles", sellers_found: 4, cost_status: "safe" });
    expect(state.last_event_id).toBe(Number(newest));
  }
});

test("the stream of a finished run ends after its last event; when nothing is kept any more, after its state", async () => {
  const { id } = await makeRun(sql, { status: "running" });
  const reader = await open(web, id);
  await happen(id, 2, { status: "completed", completedAt: new Date(Date.now() - 2 * 3_600_000) });
  const types = async (from: Reader) => (await readUntil(from, () => false)).events.map((event) => event.type);
  expect(await types(reader)).toEqual(["message", "message", "end"]);
  expect(await types(await open(other, id))).toEqual(["message", "message", "end"]);
  await withOrganisation(sql, FIRST_ORGANISATION, (tx) => trimActivityOfAll(tx, new Date()));
  expect(await types(await open(web, id))).toEqual(["end"]);
  expect(await types(await open(web, id, "7"))).toEqual(["reset", "end"]);
});

test("runs that are not there, or another organisation's, have no stream and no metrics", async () => {
  const { id } = await makeRun(sql, { status: "running" });
  const foreign = createApp({ sql, orgId: newId<OrganisationId>(), log: { error: () => undefined } });
  for (const what of ["activity", "metrics"]) {
    const answer = await foreign.handle(new Request(`http://localhost/api/collection/runs/${id}/${what}`));
    expect(answer.status).toBe(404);
    for (const unknown of [newId(), "none"]) {
      const { status, body } = await testWeb(sql).json(`/api/collection/runs/${unknown}/${what}`);
      expect([status, body.code]).toEqual([404, "run_not_found"]);
    }
  }
});

test("a parameter that is none is refused", async () => {
  const { id } = await makeRun(sql);
  const { status } = await testWeb(sql).json(`/api/collection/runs/${id}/activity?last=3`);
  expect(status).toBe(422);
});

import { afterAll, beforeAll, expect, test } from "bun:test";
import { FIRST_ORGANISATION } from "../accounts/organisation.ts";
import { type Sql, type Tx, withOrganisation } from "../db/client.ts";
import type { RunId } from "../ids.ts";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { makeRun } from "../testing/factories.ts";
import type { NewActivity } from "./event.ts";
import {
  insertActivity,
  isKept,
  KEPT_EVENTS,
  listActivity,
  newestActivity,
  oldestKeptId,
  trimActivityOfAll,
} from "./queries.ts";

let database: TestDatabase;
let sql: Sql;

beforeAll(async () => {
  database = await createTestDatabase();
  sql = database.sql;
});
afterAll(() => database.drop());

const within = <T>(work: (tx: Tx) => Promise<T>) => withOrganisation(sql, FIRST_ORGANISATION, work);
const newRun = async (given = {}) => (await makeRun(sql, given)).id as RunId;
const found = (page: number): NewActivity => ({ workerId: 1, phase: "ebay", action: "found", details: { page } });
const write = (runId: RunId, events: NewActivity[]) =>
  within((tx) => insertActivity(tx, FIRST_ORGANISATION, runId, events));
const many = (n: number) => Array.from({ length: n }, (_, index) => found(index));
const pagesOf = (events: { details: { page?: number } }[]) => events.map(({ details }) => details.page);

test("events come back in the order in which they were given, whatever their texts", async () => {
  const runId = await newRun();
  const at = new Date("2026-11-20T08:00:00.123Z");
  const odd = { product_name: `"\\,{}'\n\t é 😀`, error_message: "null" };
  const events: NewActivity[] = [{ workerId: 0, phase: null, action: "paused", details: odd, at }, ...many(200)];
  await write(runId, events);
  const read = await within((tx) => listActivity(tx, runId, 0, 1000));
  expect(read[0]).toEqual({ id: expect.any(Number), workerId: 0, phase: null, action: "paused", details: odd, at });
  expect(pagesOf(read.slice(1))).toEqual(pagesOf(many(200)));
  expect(read.map((event) => event.id)).toEqual(read.map((event) => event.id).sort((a, b) => a - b));
});

test("a run's events are its own: neither another run nor another organisation sees them", async () => {
  const [runId, other] = [await newRun(), await newRun()];
  await write(runId, many(3));
  const [id = 0] = (await within((tx) => newestActivity(tx, runId, 1))).map((event) => event.id);
  expect(await within((tx) => isKept(tx, runId, id))).toBe(true);
  expect(await within((tx) => isKept(tx, other, id))).toBe(false);
  expect(await within((tx) => listActivity(tx, other, 0, 10))).toEqual([]);
  const foreign = crypto.randomUUID() as typeof FIRST_ORGANISATION;
  expect(await withOrganisation(sql, foreign, (tx) => newestActivity(tx, runId, 10))).toEqual([]);
});

test("of each run the newest ten thousand events are kept, until an hour after its end", async () => {
  const now = new Date();
  const completedAt = (minutesAgo: number) => new Date(now.getTime() - minutesAgo * 60_000);
  const long = await newRun({ status: "running" });
  const short = await newRun({ status: "running" });
  const justEnded = await newRun({ status: "completed", completedAt: completedAt(59) });
  const ended = await newRun({ status: "completed", completedAt: completedAt(61) });
  await write(long, many(KEPT_EVENTS + 7));
  for (const runId of [short, justEnded, ended]) await write(runId, many(3));
  expect(await within((tx) => trimActivityOfAll(tx, now))).toBe(7 + 3);
  expect(pagesOf(await within((tx) => listActivity(tx, long, 0, 1)))).toEqual([7]);
  for (const runId of [short, justEnded]) {
    expect(pagesOf(await within((tx) => newestActivity(tx, runId, 10)))).toEqual([0, 1, 2]);
  }
  expect(await within((tx) => oldestKeptId(tx, ended))).toBeUndefined();
  expect(await within((tx) => trimActivityOfAll(tx, now))).toBe(0);
});

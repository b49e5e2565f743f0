import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import pino from "pino";
import { FIRST_ORGANISATION } from "../accounts/organisation.ts";
import { type Clock, systemClock } from "../clock.ts";
import { withOrganisation } from "../db/client.ts";
import { newId, type OrganisationId } from "../ids.ts";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { inOrganisation } from "../testing/engine.ts";
import { makeCall, makeItem, makeRun } from "../testing/factories.ts";
import { insertRow } from "../testing/factory-queries.ts";
import { answerFolder } from "../testing/stored-answers.ts";
import { retainAnswers } from "./retain-answers.ts";
import { startRetention } from "./start-retention.ts";

const NOW = new Date("2026-11-21T12:00:00Z");
const clock: Clock = { ...systemClock, now: () => NOW };
const MB = 1024 * 1024;
const OPEN = { state: "reserved", outcome: null, billing: null, costMicros: 0, settledAt: null } as const;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

async function world() {
  const folder = await answerFolder(NOW);
  const run = await makeRun(database.sql, { status: "running" });
  const job = { sql: database.sql, rawDirectory: folder.directory, clock, log: pino({ level: "silent" }) };
  return { ...folder, runId: run.id, job, item: await makeItem(database.sql, run.id) };
}

/** A call with its stored answer. */
async function answered(to: Awaited<ReturnType<typeof world>>, file: { days?: number; bytes?: number }, call = {}) {
  const { id } = await makeCall(database.sql, to.runId, to.item.id, call);
  await to.put(to.runId, `${id}.zst`, file);
  return id;
}

const cache = (orgId: OrganisationId, runId: string, callId: string, storedAt = NOW) =>
  withOrganisation(database.sql, orgId, (tx) =>
    insertRow(tx, "query_cache", { orgId, provider: "oxylabs", requestKey: callId, runId, callId, storedAt }),
  );

const cached = (callId: string) =>
  inOrganisation(database.sql, async (tx) => {
    return (await tx`select 1 from query_cache where call_id = ${callId}`).length === 1;
  });

async function organisation(rawRetentionDays: number): Promise<OrganisationId> {
  const orgId = newId<OrganisationId>();
  await withOrganisation(database.sql, orgId, async (tx) => {
    await insertRow(tx, "organisations", { id: orgId, name: "Other" });
    await insertRow(tx, "settings", { orgId, rawRetentionDays });
  });
  return orgId;
}

test("answers older than the days are deleted with their place in the query cache, younger ones stay", async () => {
  const to = await world();
  const [old, young] = [await answered(to, { days: 7.1 }), await answered(to, { days: 6.9 })];
  for (const call of [old, young]) await cache(FIRST_ORGANISATION, to.runId, call);
  expect(await retainAnswers(to.job)).toEqual({ files: 1, bytes: 100, folders: 0 });
  expect([to.has(to.runId, old), to.has(to.runId, young)]).toEqual([false, true]);
  expect([await cached(old), await cached(young)]).toEqual([false, true]);
});

test("the answer of an open call is never deleted, nor one that an open call wants to use", async () => {
  const to = await world();
  const open = await answered(to, { days: 99 }, OPEN);
  const wanted = await answered(to, { days: 99 });
  await makeCall(database.sql, to.runId, to.item.id, { ...OPEN, page: 2, cachedFrom: wanted });
  expect(await retainAnswers(to.job)).toMatchObject({ files: 0 });
  expect([to.has(to.runId, open), to.has(to.runId, wanted)]).toEqual([true, true]);
});

test("beyond the size the oldest go first, also within a minute, until the rest fits", async () => {
  const to = await world();
  await inOrganisation(database.sql, (tx) => tx`update settings set raw_retention_mb = 100`);
  const MINUTE = 1 / 1440;
  const ages = [3, 2, 2 - MINUTE / 4, 2 - MINUTE / 2, 1, 0.5];
  const calls: string[] = [];
  for (const days of ages) calls.push(await answered(to, { days, bytes: 30 * MB }));
  await retainAnswers(to.job);
  expect(calls.map((call) => to.has(to.runId, call))).toEqual([false, false, false, true, true, true]);
  await inOrganisation(database.sql, (tx) => tx`update settings set raw_retention_mb = 2048`);
  expect(await retainAnswers(to.job)).toMatchObject({ files: 0 });
});

test("a file that is being written is left alone for a day", async () => {
  const to = await world();
  const [written, dead] = [newId(), newId()];
  await to.put(to.runId, `${written}.zst.part`, { days: 0.9 });
  await to.put(to.runId, `${dead}.zst.part`, { days: 1.1 });
  await retainAnswers(to.job);
  expect(to.hasFile(to.runId, `${written}.zst.part`)).toBe(true);
  expect(to.hasFile(to.runId, `${dead}.zst.part`)).toBe(false);
});

test("what is not an answer is never touched", async () => {
  const to = await world();
  const foreign: [string, string][] = [
    [to.runId, "notes.txt"],
    ["keep", `${newId()}.zst`],
  ];
  for (const [folder, name] of foreign) await to.put(folder, name, { days: 999 });
  expect(await retainAnswers(to.job)).toEqual({ files: 0, bytes: 0, folders: 0 });
  expect(foreign.map(([folder, name]) => to.hasFile(folder, name))).toEqual([true, true]);
});

test("a folder that holds nothing any more goes too", async () => {
  const to = await world();
  await answered(to, { days: 8 });
  expect(await retainAnswers(to.job)).toMatchObject({ files: 1, folders: 1 });
  expect(to.hasFolder(to.runId)).toBe(false);
});

test("each organisation keeps its answers as long as it says, and orphans stay as long as the longest", async () => {
  const to = await world();
  const other = await organisation(30);
  const theirs = { id: newId() };
  const columns = { orgId: other, pagesPerProduct: 3, bestSellerPages: 1, markupPercentMin: 80, markupPercentMax: 120 };
  const prices = { bestSellersPriceMicros: 1, sellerSearchPriceMicros: 1, softWarningPercent: 80, budgetCapMicros: 1 };
  await withOrganisation(database.sql, other, (tx) =>
    insertRow(tx, "runs", { ...theirs, ...columns, ...prices, name: "theirs", workers: 1 }),
  );
  const [mine, kept, expired, orphan, oldOrphan, unknown] = [newId(), newId(), newId(), newId(), newId(), newId()];
  await to.put(to.runId, `${mine}.zst`, { days: 20 });
  await to.put(theirs.id, `${kept}.zst`, { days: 20 });
  await to.put(theirs.id, `${expired}.zst`, { days: 31 });
  await to.put(unknown, `${orphan}.zst`, { days: 29 });
  await to.put(unknown, `${oldOrphan}.zst`, { days: 31 });
  await retainAnswers(to.job);
  expect([to.has(to.runId, mine), to.has(theirs.id, kept), to.has(theirs.id, expired)]).toEqual([false, true, false]);
  expect([to.has(unknown, orphan), to.has(unknown, oldOrphan)]).toEqual([true, false]);
});

test("cached queries whose answers are too old are forgotten, also where the file is gone already", async () => {
  const to = await world();
  const gone = newId();
  await cache(FIRST_ORGANISATION, to.runId, gone, new Date("2026-11-01T00:00:00Z"));
  await retainAnswers(to.job);
  expect(await cached(gone)).toBe(false);
});

test("three at once delete each answer once, and none that another keeps", async () => {
  const to = await world();
  const calls = Array.from({ length: 600 }, () => newId());
  for (const call of calls) await to.put(to.runId, `${call}.zst`, { days: 8 });
  const young = await answered(to, { days: 1 });
  await Promise.all([retainAnswers(to.job), retainAnswers(to.job), retainAnswers(to.job)]);
  expect(calls.filter((call) => to.has(to.runId, call))).toEqual([]);
  expect(to.has(to.runId, young)).toBe(true);
});

test("a job that ends in the middle has taken every answer it deleted out of the cache before, and the next goes on", async () => {
  const to = await world();
  const calls: string[] = [];
  for (let n = 0; n < 3; n++) calls.push(await answered(to, { days: 8 }));
  for (const call of calls) await cache(FIRST_ORGANISATION, to.runId, call);
  const ended = AbortSignal.abort();
  expect(await retainAnswers({ ...to.job, signal: ended })).toMatchObject({ files: 0 });
  expect(await cached(calls[0] ?? "")).toBe(true);
  expect(await retainAnswers(to.job)).toMatchObject({ files: 3 });
});

test("a folder that is missing is no error", async () => {
  const { job } = await world();
  const rawDirectory = join(job.rawDirectory, "not", "there");
  expect(await retainAnswers({ ...job, rawDirectory })).toEqual({ files: 0, bytes: 0, folders: 0 });
});

/** A clock whose sleeps end when the test says so. */
function handClock() {
  const sleeps: { ms: number; end: () => void }[] = [];
  let noted = Promise.withResolvers<void>();
  const sleep: Clock["sleep"] = (ms, signal) =>
    new Promise((resolve) => {
      sleeps.push({ ms, end: resolve });
      signal?.addEventListener("abort", () => resolve(), { once: true });
      noted.resolve();
    });
  const asleep = async () => {
    await noted.promise;
    noted = Promise.withResolvers();
    return sleeps.at(-1);
  };
  return { clock: { ...clock, sleep }, asleep };
}

test("it runs at once and every hour until it is stopped", async () => {
  const [to, hand] = [await world(), handClock()];
  const first = await answered(to, { days: 8 });
  const service = startRetention({ ...to.job, clock: hand.clock });
  const pause = await hand.asleep();
  expect([pause?.ms, to.has(to.runId, first)]).toEqual([3_600_000, false]);
  const second = await answered(to, { days: 8 });
  pause?.end();
  await hand.asleep();
  expect(to.has(to.runId, second)).toBe(false);
  await service.stop();
});

test("a database that is away is told of, and tried again an hour later", async () => {
  const [to, hand, warned] = [await world(), handClock(), [] as unknown[]];
  const away = database.connect();
  await away.end();
  const log = { info: () => undefined, warn: (fields: unknown) => void warned.push(fields) };
  const service = startRetention({ ...to.job, sql: away, clock: hand.clock, log });
  (await hand.asleep())?.end();
  await hand.asleep();
  await service.stop();
  expect(warned.length).toBe(2);
});

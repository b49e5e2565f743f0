import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { FIRST_ORGANISATION } from "../accounts/organisation.ts";
import type { Tx } from "../db/client.ts";
import type { RunId } from "../ids.ts";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { inOrganisation, newRun, things } from "../testing/engine.ts";
import { makeItem, makeRun } from "../testing/factories.ts";
import { imaginaryProvider } from "../testing/imaginary-provider.ts";
import { SimulatedProcess } from "../testing/simulated-process.ts";
import { cancelRun, finishRun, pauseRun, resumeRun, retryFailed, startRun } from "./life-cycle.ts";
import { findRun, type Run } from "./queries.ts";
import { countsOf, entriesOf, untoldChanges } from "./races-for-tests-queries.ts";
import { changeStatus } from "./segment.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
  await inOrganisation(db.sql, (tx) => tx`update settings set max_concurrent_runs = 1000, query_cache_hours = 0`);
});
afterEach(async () => {
  for (const process of processes.splice(0)) await process[Symbol.asyncDispose]();
});
afterAll(() => db.drop());

const processes: SimulatedProcess[] = [];

const org = FIRST_ORGANISATION;
const PRICE = 1350;

test("a pause tells how many calls are under way at most, and what they may still cost", async () => {
  const { run, process } = await underWay({ workers: 3 });
  await process.claim();
  await process.claim();
  const { inFlight } = await act(run, pauseRun);
  // Six intents are paid for, but three workers make three calls at a time.
  expect(inFlight).toEqual({ calls: 3, costMicros: 3 * PRICE });
  expect(await now(run)).toMatchObject({ reservedMicros: 6 * PRICE, pauseReason: "manual" });
  await process.work(3, false);
  await process.leave({ kind: "not_ours" });
  expect(await now(run)).toMatchObject({
    reservedMicros: 0,
    spentMicros: 3 * PRICE,
    completedItems: 3,
    status: "paused",
  });
  expect((await act(run, cancelRun)).inFlight).toEqual({ calls: 0, costMicros: 0 });
});

for (const [end, code, status] of [
  [cancelRun, "cancelled", "cancelled"],
  [finishRun, "finished_early", "completed"],
] as const) {
  test(`a run that is ${status} gives up what is left when the last lane leaves, and its counters add up`, async () => {
    const { run, process } = await underWay({ workers: 3 });
    const other = processOn(run);
    await process.claim();
    await act(run, pauseRun);
    const { run: ended } = await act(run, end);
    expect(ended).toMatchObject({ status, skippedItems: 0, completedAt: expect.any(Date) });
    // A call that comes back counts, one that fails too, and nobody takes anything new.
    await process.work(2, false);
    await process.work(1, true);
    expect([await process.claim(), await other.take(5)]).toEqual([false, false]);
    await process.leave({ kind: "not_ours" });
    const over = await now(run);
    expect(over).toMatchObject({ status, completedItems: 2, failedItems: 1, skippedItems: 17, reservedMicros: 0 });
    expect(over.spentMicros).toBe(2 * PRICE);
    const reasons = await inOrganisation(
      db.sql,
      (tx) => tx`select distinct error_code from collection_items where run_id = ${run.id} and status = 'skipped'`,
    );
    expect([...reasons]).toEqual([{ errorCode: code }]);
  });
}

test("categories count as read when nothing of them is left, and not when they were given up", async () => {
  const { id } = await makeRun(db.sql, {
    status: "paused",
    categoriesTotal: 4,
    totalItems: 5,
    failedItems: 2,
    completedItems: 1,
  });
  const page = (categoryId: string, status: "completed" | "failed" | "pending") =>
    makeItem(db.sql, id, { kind: "best_sellers", categoryId, status });
  await page("read", "completed");
  const failed = await page("failed", "failed");
  await page("half", "failed");
  await page("half", "pending");
  await page("waiting", "pending");
  const run = { id: id as RunId };
  await act(run, finishRun);
  const retried = await inOrganisation(db.sql, (tx) => retryFailed(tx, org, id, [failed.id]));
  expect(retried).toMatchObject({ retried: 1, run: { status: "running", failedItems: 1, categoriesCompleted: 1 } });
});

test("what was given up stays so when failed items are retried", async () => {
  const { run, process } = await underWay({ workers: 5 });
  await process.claim();
  await process.work(2, true);
  await act(run, pauseRun);
  await process.leave({ kind: "not_ours" });
  await act(run, finishRun);
  const { retried } = await inOrganisation(db.sql, (tx) => retryFailed(tx, org, run.id));
  expect(retried).toBe(2);
  await process.take(5);
  await process.claim();
  await process.work(9, false);
  await process.claim();
  await process.leave({ kind: "drained" });
  expect(await now(run)).toMatchObject({ status: "completed", completedItems: 2, failedItems: 0, skippedItems: 18 });
});

test("calls that a failed lane left open are booked when the run ends, and nothing stays reserved", async () => {
  const { run, process } = await underWay({ workers: 4 });
  await process.claim();
  await act(run, pauseRun);
  await inOrganisation(db.sql, (tx) => tx`delete from lanes where run_id = ${run.id}`);
  expect((await now(run)).reservedMicros).toBe(4 * PRICE);
  const { run: ended } = await act(run, cancelRun);
  expect(ended).toMatchObject({ reservedMicros: 0, spentMicros: 4 * PRICE, sureMicros: 0, calls: 4, skippedItems: 20 });
  const { spent, reservedOfMonths, spentOfMonths, spentOfRuns } = await countsOf(db.sql, run.id);
  expect([spent, reservedOfMonths, spentOfMonths]).toEqual([4 * PRICE, 0, spentOfRuns]);
  const outcomes = await inOrganisation(
    db.sql,
    (tx) => tx`select distinct state, outcome, billing from provider_calls where run_id = ${run.id}`,
  );
  expect([...outcomes]).toEqual([{ state: "settled", outcome: "possibly_billed", billing: "possibly_billed" }]);
});

describe("the changes of a segment get one entry, with all of them,", () => {
  const orders: [
    what: string,
    order: (run: Run, one: SimulatedProcess, other: SimulatedProcess) => Promise<unknown>,
    entries: number,
  ][] = [
    [
      "when the run is paused and its lanes leave",
      async (run, one, other) => {
        await act(run, pauseRun);
        await bringIn(one, other);
      },
      1,
    ],
    [
      "when the lanes leave before the pause",
      async (run, one, other) => {
        await bringIn(one, other);
        await act(run, pauseRun);
      },
      1,
    ],
    [
      "when it goes on before the last lane has left",
      async (run, one, other) => {
        await move(run, { to: "paused", pauseReason: "provider" });
        await leave(one);
        await move(run, { to: "running", whilePausedFor: "provider" });
        await leave(other);
        await act(run, pauseRun);
      },
      1,
    ],
    [
      "one for each of two segments",
      async (run, one, other) => {
        await act(run, pauseRun);
        await bringIn(one, other);
        await act(run, resumeRun);
        await one.take(5);
        await one.claim();
        await leave(one);
        await act(run, cancelRun);
      },
      2,
    ],
    [
      "when a lane dies and another process settles what it left",
      async (run, one, other) => {
        await one.work(2, false);
        await one.die();
        await act(run, cancelRun);
        await leave(other);
        await other.take(0);
        await leave(other);
      },
      1,
    ],
    [
      "when one lane finds the end while the other still writes",
      async (run, one, other) => {
        await one.work(2, false);
        await move(run, { to: "completed" });
        await leave(one);
        await leave(other);
      },
      1,
    ],
  ];
  for (const [what, order, count] of orders) {
    test(what, async () => {
      const { run, process } = await underWay({ workers: 8, wanted: 4 });
      const other = processOn(run);
      await other.take(4);
      await process.claim();
      await other.claim();
      await order(run, process, other);
      const [entries, { entryId, sellersNew, reservedMicros }] = [await entriesOf(db.sql, run.id), await now(run)];
      expect(entries).toHaveLength(count);
      for (const { told, changes } of entries) expect(told).toBe(changes);
      expect([entryId, reservedMicros, await untoldChanges(db.sql)].flat()).toEqual([null, 0]);
      expect(entries.reduce((sum, { told }) => sum + told, 0)).toBe(sellersNew);
    });
  }

  test("and a segment that changed nothing leaves none", async () => {
    const { run, process } = await underWay({ workers: 2 });
    await act(run, pauseRun);
    await process.leave({ kind: "not_ours" });
    expect(await entriesOf(db.sql, run.id)).toHaveLength(0);
    expect(await now(run)).toMatchObject({ entryId: null, segmentStartedAt: null });
  });
});

test("a run that was paused anew meanwhile does not go on for the old reason", async () => {
  const { id } = await makeRun(db.sql, { status: "paused", pauseReason: "manual" });
  const run = { id: id as RunId };
  expect(await move(run, { to: "running", from: ["paused"], whilePausedFor: "provider" })).toBeUndefined();
  expect(await now(run)).toMatchObject({ status: "paused", pauseReason: "manual", revision: 0 });
});

const act = <T>({ id }: Pick<Run, "id">, command: (tx: Tx, orgId: typeof org, id: string) => Promise<T>) =>
  inOrganisation(db.sql, (tx) => command(tx, org, id));

const move = ({ id }: Pick<Run, "id">, to: Parameters<typeof changeStatus>[3]) =>
  inOrganisation(db.sql, (tx) => changeStatus(tx, org, id, to));

async function now({ id }: Pick<Run, "id">): Promise<Run> {
  const run = await inOrganisation(db.sql, (tx) => findRun(tx, id));
  if (!run) throw new Error("the run is gone");
  return run;
}

const provider = () => imaginaryProvider({ pagesPerSearch: 1, listingsPerPage: 3, population: 2 ** 32 });

/** A started run over twenty products, and a process that has a lane of it. */
async function underWay({ workers, wanted = workers }: { workers: number; wanted?: number }) {
  const products = things(20).map((product) => ({ ...product, title: `${product.title} ${crypto.randomUUID()}` }));
  const run = await newRun(db.sql, products, { workers });
  await act(run, startRun);
  const process = processOn(run);
  await process.take(wanted);
  return { run, process };
}

function processOn(run: Run): SimulatedProcess {
  const process = new SimulatedProcess(db.sql, run.id, provider());
  processes.push(process);
  return process;
}

const bringIn = async (...processes: SimulatedProcess[]) => {
  for (const process of processes) await leave(process);
};

/** Brings in what one call found, then leaves. */
async function leave(process: SimulatedProcess): Promise<void> {
  await process.work(1, false);
  await process.leave({ kind: "not_ours" });
}

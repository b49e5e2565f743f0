import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Sql } from "../db/client.ts";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { makeCall, makeItem, makeRun } from "../testing/factories.ts";
import { testWeb } from "../testing/web.ts";

let database: TestDatabase;
let sql: Sql;

beforeAll(async () => {
  database = await createTestDatabase();
  sql = database.sql;
});
afterAll(() => database.drop());

const metricsOf = async (runId: string) => {
  const { status, body } = await testWeb(sql).json(`/api/collection/runs/${runId}/metrics`);
  expect(status).toBe(200);
  return body;
};
const NOTHING = {
  calls: 0,
  failed_calls: 0,
  failures: {},
  retries: 0,
  p50_ms: null,
  p95_ms: null,
  cost_micros: 0,
  sellers_new: 0,
};

test("calls, failures by type, retries, durations and cost are told for the run and for each worker", async () => {
  const { id } = await makeRun(sql, { status: "running", workers: 3, sellersFound: 9, sellersNew: 4, cachedCalls: 1 });
  const other = await makeRun(sql, { status: "running" });
  const { id: item } = await makeItem(sql, id);
  const call = (given: Parameters<typeof makeCall>[3]) => makeCall(sql, id, item, given);
  for (const durationMs of [100, 200, 300]) await call({ worker: 1, durationMs, sellersNew: 1 });
  await call({ worker: 2, durationMs: 900, outcome: "timeout", billing: "possibly_billed" });
  await call({ worker: 2, durationMs: 400, attempt: 2 });
  await call({
    worker: 2,
    durationMs: 20,
    outcome: "rate_limit",
    billing: "not_billed",
    state: "released",
    costMicros: 0,
  });
  await call({ worker: null, durationMs: null, outcome: "possibly_billed", billing: "possibly_billed" });
  // None of these is a call: from the cache, never sent, still open.
  await call({ worker: 1, outcome: "cached", billing: "not_billed", state: "released", costMicros: 0 });
  await call({ worker: 1, outcome: "not_sent", billing: "not_billed", state: "released", costMicros: 0 });
  const open = { state: "reserved", outcome: null, billing: null, costMicros: 0, settledAt: null } as const;
  await call({ worker: 1, ...open });
  await makeCall(sql, other.id, item, { worker: 1 });

  expect(await metricsOf(id)).toEqual({
    run_id: id,
    calls: 7,
    failed_calls: 3,
    failures: { timeout: 1, rate_limit: 1, possibly_billed: 1 },
    retries: 1,
    p50_ms: 200,
    p95_ms: 900,
    cost_micros: 6 * 1350,
    cached_calls: 1,
    sellers_found: 9,
    sellers_new: 4,
    workers: [
      { ...NOTHING, worker_id: 0, calls: 1, failed_calls: 1, failures: { possibly_billed: 1 }, cost_micros: 1350 },
      { ...NOTHING, worker_id: 1, calls: 3, p50_ms: 200, p95_ms: 300, cost_micros: 3 * 1350, sellers_new: 3 },
      {
        worker_id: 2,
        calls: 3,
        failed_calls: 2,
        failures: { timeout: 1, rate_limit: 1 },
        retries: 1,
        p50_ms: 400,
        p95_ms: 900,
        cost_micros: 2 * 1350,
        sellers_new: 0,
      },
      { ...NOTHING, worker_id: 3 },
    ],
  });
});

test("a run without calls has figures too, and everybody is told the same", async () => {
  const { id } = await makeRun(sql, { workers: 1 });
  const metrics = await metricsOf(id);
  expect(metrics).toMatchObject({ ...NOTHING, workers: [{ worker_id: 1, ...NOTHING }] });
  expect(await metricsOf(id)).toEqual(metrics);
});

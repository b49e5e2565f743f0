import { afterAll, beforeAll, expect, test } from "bun:test";
import { changeLimits } from "../runs/life-cycle-queries.ts";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { inOrganisation, newRun, testEngine, things, work } from "../testing/engine.ts";
import { imaginaryProvider } from "../testing/imaginary-provider.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

const paidFor = (provider: { billed: Map<string, number> }) => [...provider.billed.values()].reduce((a, b) => a + b, 0);

test("a run stops before its cap, with nothing reserved, and goes on once the cap is raised", async () => {
  const provider = imaginaryProvider({ pagesPerSearch: 1 });
  const engine = await testEngine(db.sql, provider);
  const run = await newRun(db.sql, things(20), { workers: 8, budgetCapMicros: 20_000 });
  const stopped = await work(engine, run);
  expect(stopped.run).toMatchObject({ status: "paused", pauseReason: "budget", budgetScope: "run", reservedMicros: 0 });
  expect(stopped.run.spentMicros).toBeLessThanOrEqual(20_000);
  expect(stopped.run.spentMicros + run.sellerSearchPriceMicros).toBeGreaterThan(20_000);

  await inOrganisation(db.sql, (tx) => changeLimits(tx, run.id, { budgetCapMicros: 1_000_000, workers: 8 }));
  const resumed = await work(engine, run);
  expect(resumed.run).toMatchObject({ status: "completed", productsSearched: 20 });
  expect(paidFor(provider)).toBe(20);
});

test("a cap cannot be set below what is spent", async () => {
  const { run } = await work(await testEngine(db.sql, imaginaryProvider()), await newRun(db.sql, things(3)));
  expect(
    await inOrganisation(db.sql, (tx) =>
      changeLimits(tx, run.id, { budgetCapMicros: run.spentMicros - 1, workers: 5 }),
    ),
  ).toBeUndefined();
});

test("the month's cap stops a run as the run's own does", async () => {
  const spent = await inOrganisation(
    db.sql,
    (tx) => tx`select coalesce(sum(spent_micros), 0)::bigint as micros from budget_months`,
  );
  const cents = Math.ceil(Number(spent[0]?.micros) / 10_000) + 1;
  await inOrganisation(db.sql, (tx) => tx`update settings set monthly_cap_cents = ${cents}`);
  const { run } = await work(await testEngine(db.sql, imaginaryProvider()), await newRun(db.sql, things(40)));
  await inOrganisation(db.sql, (tx) => tx`update settings set monthly_cap_cents = null`);
  expect(run).toMatchObject({ status: "paused", pauseReason: "budget", budgetScope: "month", reservedMicros: 0 });
  const [month] = await inOrganisation(db.sql, (tx) => tx`select spent_micros, reserved_micros from budget_months`);
  expect(month).toMatchObject({ reservedMicros: 0 });
  expect(Number(month?.spentMicros)).toBeLessThanOrEqual(cents * 10_000);
});

test("the database itself refuses a reservation over the cap", async () => {
  const run = await newRun(db.sql, things(1), { budgetCapMicros: 5_000 });
  const overdraw = inOrganisation(db.sql, (tx) => tx`update runs set reserved_micros = 5001 where id = ${run.id}`);
  expect(overdraw).rejects.toThrow("runs_budget");
});

test("a stop lets calls under way end, gives unsent reservations back, and a resume buys nothing twice", async () => {
  const provider = imaginaryProvider({ latencyMs: 5 });
  const engine = await testEngine(db.sql, provider);
  const run = await newRun(db.sql, things(40));
  const stop = new AbortController();
  const stopped = await work(engine, run, {
    stop: stop.signal,
    onProgress: (now) => now.productsSearched >= 10 && stop.abort(),
  });
  expect(stopped.run).toMatchObject({ status: "paused", pauseReason: "shutdown", reservedMicros: 0 });
  const resumed = await work(engine, run);
  expect(resumed.run).toMatchObject({ status: "completed", productsSearched: 40 });
  expect([...provider.billed.values()].filter((times) => times > 1)).toEqual([]);
  expect(resumed.run.sureMicros).toBe(paidFor(provider) * run.sellerSearchPriceMicros);
});

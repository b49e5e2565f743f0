import { afterAll, beforeAll, expect, test } from "bun:test";
import fc from "fast-check";
import { PermanentError, RetryableError } from "../providers/errors.ts";
import { changeLimits } from "../runs/life-cycle-queries.ts";
import { findRun, type Run } from "../runs/queries.ts";
import { isFinal } from "../runs/status.ts";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { inOrganisation, newRun, testEngine, things, work } from "../testing/engine.ts";
import { type ImaginaryProvider, imaginaryProvider } from "../testing/imaginary-provider.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

interface Schedule {
  workers: number;
  products: number;
  capCalls: number;
  /** Per call, in turn: how it ends. */
  fates: Fate[];
  /** After how many commits each life of the process is killed; the last life is left alone. */
  kills: number[];
}
type Fate = "ok" | "ok" | "not billed" | "billed, answer lost" | "refused" | "hopeless";

const schedule: fc.Arbitrary<Schedule> = fc.record({
  workers: fc.integer({ min: 1, max: 50 }),
  products: fc.integer({ min: 1, max: 40 }),
  capCalls: fc.integer({ min: 0, max: 60 }),
  fates: fc.array(
    fc.oneof(
      { weight: 12, arbitrary: fc.constant<Fate>("ok") },
      { weight: 2, arbitrary: fc.constantFrom<Fate>("not billed", "billed, answer lost", "refused", "hopeless") },
    ),
    { minLength: 20, maxLength: 60 },
  ),
  kills: fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 3 }),
});

test("whatever fails and whenever it is killed: never over the cap, and the books bracket the provider's own", async () => {
  await fc.assert(
    fc.asyncProperty(schedule, async (plan) => {
      const provider = providerWith(plan.fates);
      const { run, violations } = await live(plan, provider);
      const billed = [...provider.billed.values()].reduce((a, b) => a + b, 0) * run.sellerSearchPriceMicros;
      expect(violations).toEqual([]);
      expect(run.reservedMicros).toBe(0);
      expect(run.sureMicros).toBeLessThanOrEqual(billed);
      expect(billed).toBeLessThanOrEqual(run.spentMicros);
      expect(run.status).toBe(run.completedItems === 0 && run.failedItems > 0 ? "failed" : "completed");
      expect(run.completedItems + run.failedItems).toBe(plan.products);
    }),
    // The same schedules each time; SEED=n draws others.
    { numRuns: Number(process.env.SCHEDULES ?? 60), seed: Number(process.env.SEED ?? 7) },
  );
}, 120_000);

function providerWith(fates: Fate[]): ImaginaryProvider {
  const provider = imaginaryProvider({
    latencyMs: 1,
    pagesPerSearch: 1,
    beforeAnswer: ({ key, number }) => {
      switch (fates[number % fates.length]) {
        case "not billed":
          throw new RetryableError("fault", { code: "provider_fault", billing: "not_billed", status: 200 });
        case "refused":
          throw new RetryableError("429", { code: "rate_limit", billing: "not_billed", status: 429, retryAfterMs: 0 });
        case "hopeless":
          throw new PermanentError("no", { code: "bad_request", billing: "not_billed", status: 400 });
        case "billed, answer lost":
          provider.billed.set(key, (provider.billed.get(key) ?? 0) + 1);
          throw new RetryableError("cut", { code: "timeout", billing: "possibly_billed" });
        default:
          return undefined;
      }
    },
  });
  return provider;
}

/** Lives the run to its end: through its kills, and raising the cap whenever the budget stops it. */
async function live({ workers, products, capCalls, kills }: Schedule, provider: ImaginaryProvider) {
  const engine = await testEngine(db.sql, provider);
  const created = await newRun(db.sql, things(products), { workers, budgetCapMicros: 0 });
  const price = created.sellerSearchPriceMicros;
  const violations: Run[] = [];
  const watch = (run: Run) => {
    if (run.spentMicros + run.reservedMicros > run.budgetCapMicros) violations.push(run);
  };
  let capMicros = capCalls * price;
  await raise(created, capMicros);
  for (const commits of kills) await lifeUntilKilled(engine, created, commits, watch);
  for (;;) {
    // What a life finished before it was killed stays finished.
    const before = await inOrganisation(db.sql, (tx) => findRun(tx, created.id));
    const run = before && isFinal(before.status) ? before : (await work(engine, created, { onProgress: watch })).run;
    watch(run);
    if (run.status !== "paused") return { run, violations };
    capMicros += 25 * price;
    if (run.pauseReason === "budget") await raise(created, capMicros);
  }
}

const raise = (run: Run, micros: number) =>
  inOrganisation(db.sql, (tx) => changeLimits(tx, run.id, { budgetCapMicros: micros, workers: run.workers }));

/** A process that dies in the middle: its connections break, what it held in memory is gone. */
async function lifeUntilKilled(
  engine: Awaited<ReturnType<typeof testEngine>>,
  run: Run,
  commits: number,
  watch: (run: Run) => void,
): Promise<void> {
  const sql = db.connect();
  let left = commits;
  const onProgress = (now: Run) => {
    watch(now);
    left -= 1;
    if (left === 0) void sql.end({ timeout: 0 });
  };
  await work({ ...engine, sql }, run, { onProgress }).catch(() => undefined);
  await sql.end({ timeout: 0 });
}

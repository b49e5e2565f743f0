import { afterAll, beforeAll, expect, test } from "bun:test";
import { CredentialsError, PermanentError, RetryableError } from "../providers/errors.ts";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { inOrganisation, newRun, testEngine, things, work } from "../testing/engine.ts";
import { imaginaryProvider } from "../testing/imaginary-provider.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

const serverError = () => new RetryableError("HTTP 500", { code: "http_error", billing: "not_billed", status: 500 });

test("a search that fails once is tried again, and the failed call costs nothing", async () => {
  const seen = new Set<string>();
  const provider = imaginaryProvider({
    beforeAnswer: ({ key }) => {
      if (key.endsWith("0 1") && !seen.has(key)) {
        seen.add(key);
        throw serverError();
      }
      return undefined;
    },
  });
  const { run } = await work(await testEngine(db.sql, provider), await newRun(db.sql, things(20)));
  expect(run).toMatchObject({ status: "completed", failedItems: 0, productsSearched: 20 });
  expect(run.spentMicros).toBe([...provider.billed.values()].reduce((a, b) => a + b) * run.sellerSearchPriceMicros);
  expect(run.calls).toBe(provider.calls());
});

test("an item fails after three tries with its reason, and the run goes on", async () => {
  let tries = 0;
  const provider = imaginaryProvider({
    beforeAnswer: ({ key, number }) => {
      if (!key.startsWith("search thing 1 ") || number === 0) return undefined;
      tries += 1;
      throw serverError();
    },
  });
  const { run } = await work(await testEngine(db.sql, provider), await newRun(db.sql, things(8), { workers: 1 }));
  expect(run).toMatchObject({ status: "completed", failedItems: 1, productsSearched: 7 });
  expect(tries).toBe(3);
  const [item] = await inOrganisation(
    db.sql,
    (tx) => tx`select * from collection_items where run_id = ${run.id} and status = 'failed'`,
  );
  expect(item).toMatchObject({ attempts: 3, errorCode: "http_error", errorMessage: "HTTP 500" });
});

test("a run in which nothing could be done at all has failed", async () => {
  const provider = imaginaryProvider({
    beforeAnswer: () => {
      throw new PermanentError("no such thing", { code: "bad_request", billing: "not_billed", status: 400 });
    },
  });
  const { run } = await work(await testEngine(db.sql, provider), await newRun(db.sql, things(3)));
  expect(run).toMatchObject({ status: "failed", failedItems: 3, spentMicros: 0, reservedMicros: 0 });
  expect(run.completedAt).not.toBeNull();
});

test("refused calls use up no attempt, and while they are refused only one is under way", async () => {
  let refusals = 30;
  const provider = imaginaryProvider({
    beforeAnswer: ({ number }) => {
      if (number <= 5 || refusals-- <= 0) return undefined;
      throw new RetryableError("429", { code: "rate_limit", billing: "not_billed", status: 429, retryAfterMs: 1 });
    },
  });
  const { run } = await work(await testEngine(db.sql, provider), await newRun(db.sql, things(30)));
  expect(run).toMatchObject({ status: "completed", failedItems: 0, productsSearched: 30 });
});

test("wrong credentials pause the run at once, with nothing reserved and nothing lost", async () => {
  const provider = imaginaryProvider({
    beforeAnswer: () => {
      throw new CredentialsError("wrong user name or password", {
        code: "credentials",
        billing: "not_billed",
        status: 401,
      });
    },
  });
  const { run } = await work(await testEngine(db.sql, provider), await newRun(db.sql, things(50)));
  expect(run).toMatchObject({ status: "paused", pauseReason: "credentials", reservedMicros: 0, failedItems: 0 });
  expect(provider.calls()).toBeLessThanOrEqual(5);
});

test("a streak of pages without sellers pauses the run instead of buying more of them", async () => {
  const provider = imaginaryProvider({
    page: (_query, _page, made) => ({ ...made, outcome: "no_sellers_shown", listings: [] }),
  });
  const { run } = await work(await testEngine(db.sql, provider), await newRun(db.sql, things(100)));
  expect(run).toMatchObject({ status: "paused", pauseReason: "drift", productsSearched: 0, reservedMicros: 0 });
  // The streak, what was under way when it ended, and what had come but was not read.
  expect(provider.calls()).toBeLessThanOrEqual(10 + 5 + 5);
});

test("a provider that was never reached pauses the run and is not waited for", async () => {
  const provider = imaginaryProvider({
    beforeAnswer: () => {
      throw new RetryableError("connection refused", { code: "network", billing: "not_billed" });
    },
  });
  const outcome = await work(await testEngine(db.sql, provider), await newRun(db.sql, things(50)));
  expect(outcome).toMatchObject({
    providerReached: false,
    run: { status: "paused", pauseReason: "provider", failedItems: 0 },
  });
  expect(outcome.run.spentMicros + outcome.run.reservedMicros).toBe(0);
});

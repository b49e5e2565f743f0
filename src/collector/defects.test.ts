import { afterAll, beforeAll, expect, test } from "bun:test";
import { findRun } from "../runs/queries.ts";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { inOrganisation, newRun, testEngine, things, work } from "../testing/engine.ts";
import { imaginaryProvider } from "../testing/imaginary-provider.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
  await db.sql`create function refuse() returns trigger language plpgsql as $$ begin raise exception 'refused'; end $$`;
  await db.sql`create trigger refuse before update on provider_calls for each row
    when (new.outcome = 'ok') execute function refuse()`;
});
afterAll(() => db.drop());

for (const workers of [1, 5, 50]) {
  test(`results that cannot be written end the work of ${workers} workers with the error, and the run is paused`, async () => {
    const run = await newRun(db.sql, things(60), { workers });
    const engine = await testEngine(db.sql, imaginaryProvider({ latencyMs: 1 }));
    await expect(work(engine, run)).rejects.toThrow("refused");
    const after = await inOrganisation(db.sql, (tx) => findRun(tx, run.id));
    expect(after).toMatchObject({ status: "paused", pauseReason: "shutdown", statusMessage: "refused" });
  });
}

test("what could not be written is recovered once it can: answers that were stored are not paid for again", async () => {
  const run = await newRun(db.sql, things(30), { workers: 5 });
  const provider = imaginaryProvider({ latencyMs: 1, pagesPerSearch: 1 });
  const engine = await testEngine(db.sql, provider);
  await expect(work(engine, run)).rejects.toThrow("refused");
  await db.sql`drop trigger refuse on provider_calls`;
  const { run: after } = await work(engine, run);
  expect(after).toMatchObject({ status: "completed", completedItems: 30, reservedMicros: 0 });
  expect([...provider.billed.values()].filter((times) => times > 1)).toEqual([]);
});

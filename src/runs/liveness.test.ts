import { afterAll, beforeAll, expect, test } from "bun:test";
import { systemClock } from "../clock.ts";
import { holdRun } from "../collector/run-lock.ts";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { inOrganisation, newRun, things } from "../testing/engine.ts";
import { listAbandoned } from "./liveness-queries.ts";
import { startSegment } from "./queries.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

test("a running run is abandoned as soon as no process holds it, and not before", async () => {
  for (let round = 0; round < 8; round += 1) {
    const { id } = await newRun(db.sql, things(1));
    await inOrganisation(db.sql, (tx) => startSegment(tx, id, crypto.randomUUID()));
    const held = await holdRun(db.sql, id, systemClock);
    expect((await inOrganisation(db.sql, listAbandoned)).has(id)).toBe(false);
    await held[Symbol.asyncDispose]();
    expect((await inOrganisation(db.sql, listAbandoned)).has(id)).toBe(true);
  }
});

test("a run that is not running is not abandoned", async () => {
  const { id } = await newRun(db.sql, things(1));
  expect((await inOrganisation(db.sql, listAbandoned)).has(id)).toBe(false);
});

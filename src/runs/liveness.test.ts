import { afterAll, beforeAll, expect, test } from "bun:test";
import { FIRST_ORGANISATION } from "../accounts/organisation.ts";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { holdLane, inOrganisation, newRun, things } from "../testing/engine.ts";
import { changeRun } from "../testing/factories.ts";
import { startRun } from "./life-cycle.ts";
import { listAbandoned } from "./liveness-queries.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

const isAbandoned = async (id: string) => [...(await inOrganisation(db.sql, listAbandoned))].some((one) => one === id);

test("a running run is abandoned as soon as no process holds it, and not before", async () => {
  for (let round = 0; round < 8; round += 1) {
    const run = await newRun(db.sql, things(1));
    await inOrganisation(db.sql, (tx) => startRun(tx, FIRST_ORGANISATION, run.id));
    await changeRun(db.sql, run.id, { segmentStartedAt: new Date(Date.now() - 10_000) });
    const presence = await holdLane(db.sql, run);
    expect(await isAbandoned(run.id)).toBe(false);
    await presence[Symbol.asyncDispose]();
    expect(await isAbandoned(run.id)).toBe(true);
  }
});

test("a run that is not running is not abandoned", async () => {
  const { id } = await newRun(db.sql, things(1));
  expect(await isAbandoned(id)).toBe(false);
});

test("a run that was just started is not abandoned before anybody could take it", async () => {
  const run = await newRun(db.sql, things(1));
  await inOrganisation(db.sql, (tx) => startRun(tx, FIRST_ORGANISATION, run.id));
  expect(await isAbandoned(run.id)).toBe(false);
});

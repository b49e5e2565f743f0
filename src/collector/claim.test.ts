import { afterAll, beforeAll, expect, test } from "bun:test";
import { FIRST_ORGANISATION } from "../accounts/organisation.ts";
import { systemClock } from "../clock.ts";
import { deleteLanes, listLanes } from "../runs/lane-queries.ts";
import { findRun, lockRun } from "../runs/queries.ts";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { holdLane, inOrganisation, newRun, things } from "../testing/engine.ts";
import { claim } from "./claim.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

test("a lane that is taken away while its claim waits for the run claims nothing", async () => {
  const run = await newRun(db.sql, things(3));
  await inOrganisation(db.sql, (tx) => tx`update runs set status = 'running', started_at = now() where id = ${run.id}`);
  await using _presence = await holdLane(db.sql, run);
  const epoch = await inOrganisation(db.sql, async (tx) => (await listLanes(tx, run.id))[0]?.epoch ?? 0);
  const owner = { orgId: FIRST_ORGANISATION, runId: run.id, epoch };
  const claimed = await inOrganisation(db.sql, async (tx) => {
    await lockRun(tx, run.id);
    const waiting = claim({ sql: db.sql, owner, run, provider: "recorded", clock: systemClock }, 2);
    await untilSomebodyWaits();
    await deleteLanes(tx, run.id, [epoch]);
    await tx`update runs set epoch = epoch + 1 where id = ${run.id}`;
    return { waiting };
  });
  expect(await claimed.waiting).toEqual({ kind: "not_ours" });
  expect(await inOrganisation(db.sql, (tx) => findRun(tx, run.id))).toMatchObject({ reservedMicros: 0 });
});

async function untilSomebodyWaits(): Promise<void> {
  for (;;) {
    const waiting = await db.sql`
      select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
    if (waiting.length > 0) return;
  }
}

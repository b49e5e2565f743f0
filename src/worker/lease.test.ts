import { afterAll, beforeAll, expect, test } from "bun:test";
import { FIRST_ORGANISATION } from "../accounts/organisation.ts";
import { systemClock } from "../clock.ts";
import { Account, type Seat } from "../collector/account.ts";
import { newId } from "../ids.ts";
import { patchSettings } from "../settings/settings.ts";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { inOrganisation } from "../testing/engine.ts";
import { keepLease } from "./lease.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

/** A process with one lane; `join` resolves when it may send something, with how many calls it sends at once. */
function aProcess() {
  const account = new Account(systemClock, Math.random);
  const lease = keepLease({ sql: db.sql, orgId: FIRST_ORGANISATION, key: "plan", processId: newId(), account });
  const join = () => {
    const roomy = Promise.withResolvers<void>();
    const seat: Seat = { workers: 50, inFlight: 0, onRoom: () => account.waitMs(seat) === 0 && roomy.resolve() };
    const joined = account.join(seat);
    return { seat, account, roomy: roomy.promise, leave: () => joined[Symbol.dispose]() };
  };
  return { join, stop: () => lease.stop() };
}

const plan = (concurrency: number | null) =>
  inOrganisation(db.sql, (tx) => patchSettings(tx, { provider_concurrency: concurrency }));

function sendAll({ account, seat }: ReturnType<ReturnType<typeof aProcess>["join"]>): number {
  while (account.waitMs(seat) === 0) account.started(seat);
  return seat.inFlight;
}

test("a limit that was set while nothing ran holds from the first call on", async () => {
  const one = aProcess();
  await plan(null);
  const before = one.join();
  await before.roomy;
  expect(sendAll(before)).toBe(50);
  before.leave();

  await plan(4);
  const after = one.join();
  expect(sendAll(after)).toBe(0);
  await after.roomy;
  expect(sendAll(after)).toBe(4);
  await one.stop();
});

test("two processes together never have more than the plan, and share it evenly once both have asked", async () => {
  await plan(10);
  const [one, other] = [aProcess(), aProcess()];
  const first = one.join();
  await first.roomy;
  const alone = sendAll(first);
  first.seat.inFlight = 0;
  const second = other.join();
  await second.roomy;
  expect(alone).toBe(10);
  expect(sendAll(first) + sendAll(second)).toBeLessThanOrEqual(10);
  expect([first.seat.inFlight, second.seat.inFlight]).toEqual([5, 5]);
  await Promise.all([one.stop(), other.stop()]);
});

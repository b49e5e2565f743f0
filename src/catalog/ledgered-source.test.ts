import { afterAll, beforeAll, expect, test } from "bun:test";
import { FIRST_ORGANISATION as orgId } from "../accounts/organisation.ts";
import { RetryableError } from "../providers/errors.ts";
import type { BestSellersSource } from "../providers/provider.ts";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { inOrganisation } from "../testing/engine.ts";
import { imaginaryProvider } from "../testing/imaginary-provider.ts";
import { ledgered } from "./ledgered-source.ts";
import { reserveVerification, settleAbandonedVerifications } from "./verification-queries.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

const node = { nodeId: "172541", marketplace: "US" } as const;
const ask = (source: BestSellersSource) =>
  ledgered(source, { sql: db.sql, orgId, priceMicros: 1000 }).bestSellers(node, 1, new AbortController().signal);
const month = async () => {
  const [row] = await inOrganisation(db.sql, (tx) => tx`select reserved_micros, spent_micros from budget_months`);
  return row;
};

test("a verification's call is in the ledger and in the month's spending", async () => {
  await ask(imaginaryProvider());
  expect(await month()).toEqual({ reservedMicros: 0, spentMicros: 1000 });
});

test("a call that is not billed gives its money back", async () => {
  const failing = imaginaryProvider({
    beforeAnswer: () => {
      throw new RetryableError("busy", { code: "rate_limit", billing: "not_billed", status: 429 });
    },
  });
  await expect(ask(failing)).rejects.toThrow("busy");
  expect(await month()).toEqual({ reservedMicros: 0, spentMicros: 1000 });
});

test("a call that the month's cap does not cover is not made", async () => {
  const provider = imaginaryProvider();
  await inOrganisation(db.sql, (tx) => tx`update settings set monthly_cap_cents = 0`);
  await expect(ask(provider)).rejects.toThrow("month's budget");
  await inOrganisation(db.sql, (tx) => tx`update settings set monthly_cap_cents = null`);
  expect(provider.calls()).toBe(0);
});

test("a call whose process died counts as spent", async () => {
  const call = { requestKey: "verify|1|1", priceMicros: 1000, month: `${new Date().toISOString().slice(0, 7)}-01` };
  await inOrganisation(db.sql, (tx) => reserveVerification(tx, orgId, call));
  await inOrganisation(db.sql, settleAbandonedVerifications);
  expect(await month()).toEqual({ reservedMicros: 0, spentMicros: 2000 });
});

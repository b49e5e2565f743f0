import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { FIRST_ORGANISATION } from "../accounts/organisation.ts";
import { type AlarmClock, systemClock } from "../clock.ts";
import { Account } from "../collector/account.ts";
import { createRawStore } from "../collector/raw-store.ts";
import { type Engine, type Outcome, superviseRun, type Watch } from "../collector/supervisor.ts";
import { type Sql, type Tx, withOrganisation } from "../db/client.ts";
import type { Provider } from "../providers/provider.ts";
import { createRun, type RunRequest } from "../runs/create-run.ts";
import type { Product } from "../runs/items.ts";
import { insertLane } from "../runs/lane-queries.ts";
import type { Run } from "../runs/queries.ts";
import { Presence } from "../worker/presence.ts";

/** Waits take no time, whatever their length: a pause for the provider ends at once. */
export const hastyClock: AlarmClock = { ...systemClock, sleep: (_ms, signal) => systemClock.sleep(1, signal) };

const rawFolder = mkdtempSync(join(tmpdir(), "sellercollection-raw-"));
process.once("exit", () => rmSync(rawFolder, { recursive: true, force: true }));

/** An engine on a test database, with a raw store of its own and back-offs that take no time. */
export async function testEngine(sql: Sql, provider: Provider, more: Partial<Engine> = {}): Promise<Engine> {
  const directory = mkdtempSync(join(rawFolder, "engine-"));
  return {
    sql,
    orgId: FIRST_ORGANISATION,
    processId: "",
    provider,
    account: new Account(hastyClock, () => 0),
    accountKey: "test",
    rawStore: createRawStore(directory),
    clock: hastyClock,
    random: () => 0,
    log: pino({ level: "silent" }),
    ...more,
  };
}

export function inOrganisation<T>(sql: Sql, work: (tx: Tx) => Promise<T>): Promise<T> {
  return withOrganisation(sql, FIRST_ORGANISATION, work);
}

/** Products called "thing 0", "thing 1", …, each at $10. */
export function things(count: number, change: Partial<Product> = {}): Product[] {
  return Array.from({ length: count }, (_, index) => ({
    type: "product",
    asin: `T${index}`,
    title: `thing ${index}`,
    priceMicros: 10_000_000,
    currency: "USD",
    rank: index + 1,
    rating: null,
    url: null,
    category: null,
    ...change,
  }));
}

export function newRun(sql: Sql, products: Product[], more: Partial<RunRequest> = {}): Promise<Run> {
  const request = { source: { products, fileName: "things.csv" }, stopAtCap: true, workers: 5, ...more };
  return inOrganisation(sql, (tx) => createRun(tx, FIRST_ORGANISATION, request, new Date()));
}

/** A process that has a lane of the run, and does nothing. */
export async function holdLane(sql: Sql, { id: runId }: Pick<Run, "id">): Promise<Presence> {
  const presence = new Presence(sql);
  await presence.hold();
  const lane = { orgId: FIRST_ORGANISATION, runId, processId: presence.processId, workers: 5, account: "test" };
  await inOrganisation(sql, (tx) => insertLane(tx, lane));
  return presence;
}

/** Works on the run until it ends or waits for a person. */
export async function work(engine: Engine, run: Pick<Run, "id">, watch: Partial<Watch> = {}): Promise<Outcome> {
  const never = new AbortController().signal;
  await using presence = new Presence(engine.sql);
  await presence.hold();
  const here = { ...engine, processId: presence.processId };
  return await superviseRun(here, run.id, { stop: never, cut: never, onProgress: () => undefined, ...watch });
}

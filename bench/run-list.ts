/**
 * What the list of runs, and the past that an estimate goes by, take with many finished runs. Each figure is measured from
 * here, with the way to the database and back.
 *
 *   bun bench/run-list.ts [--runs 10000] [--rounds 300]
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { FIRST_ORGANISATION } from "../src/accounts/organisation.ts";
import { type Tx, withOrganisation } from "../src/db/client.ts";
import { migrate } from "../src/db/migrate.ts";
import { openDatabase } from "../src/db/open.ts";
import { countRuns, listRuns } from "../src/runs/list-queries.ts";
import { newestRunning, pageOfRuns } from "../src/runs/lists.ts";
import { listPast } from "../src/runs/past-queries.ts";
import { FINAL_STATUSES, RUN_STATUSES } from "../src/runs/status.ts";
import { amount } from "./contest.ts";
import { fillRuns, listPlaces } from "./run-list-queries.ts";

const { values } = parseArgs({ options: { runs: { type: "string" }, rounds: { type: "string" } } });
const [runs, rounds] = [amount(values.runs, 10_000), amount(values.rounds, 300)];
const dataDir = await mkdtemp(join(tmpdir(), "sellercollection-bench-"));
const database = await openDatabase({ dataDir });
const inOrganisation = <T>(use: (tx: Tx) => Promise<T>) => withOrganisation(database.sql, FIRST_ORGANISATION, use);
try {
  await migrate(database.sql);
  await inOrganisation((tx) => fillRuns(tx, FIRST_ORGANISATION, runs));
  await database.sql`vacuum analyze`;
  const places = await inOrganisation(listPlaces);
  const anywhere = () => places[Math.floor(Math.random() * places.length)];
  const categoryIds = Array.from({ length: 20 }, (_, index) => `category-${index}`);

  const first = { after: undefined, limit: 51 };
  await tell("rows of the first page", (tx) => listRuns(tx, { ...first, statuses: RUN_STATUSES }));
  await tell("rows of a page anywhere", (tx) =>
    listRuns(tx, { statuses: FINAL_STATUSES, after: anywhere(), limit: 51 }),
  );
  await tell("their number", (tx) => countRuns(tx, FINAL_STATUSES));
  await tell("the first page as it is asked for", (tx) => pageOfRuns(tx, {}));
  await tell("the newest that runs", newestRunning);
  await tell("the past of 20 categories", (tx) => listPast(tx, categoryIds));
} finally {
  await database.close();
  await rm(dataDir, { recursive: true, force: true });
}

async function tell(what: string, work: (tx: Tx) => Promise<unknown>): Promise<void> {
  const all: number[] = [];
  for (let round = 0; round < rounds; round++) all.push(await inOrganisation((tx) => timed(() => work(tx))));
  const sorted = all.sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(rounds - 1, Math.floor(rounds * share))]?.toFixed(1);
  console.log(`${what}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { FIRST_ORGANISATION } from "../../src/accounts/organisation.ts";
import { getCategories } from "../../src/catalog/catalog.ts";
import { type Outcome, superviseRun } from "../../src/collector/supervisor.ts";
import { startServer } from "../../src/commands/serve.ts";
import { readConfig } from "../../src/config.ts";
import type { Sql } from "../../src/db/client.ts";
import { createOxylabs } from "../../src/providers/oxylabs/client.ts";
import { type Sandbox, startSandbox } from "../../src/providers/sandbox/server.ts";
import { createRun, type RunRequest } from "../../src/runs/create-run.ts";
import { changeLimits } from "../../src/runs/life-cycle-queries.ts";
import { findRun, type Run } from "../../src/runs/queries.ts";
import { patchSettings } from "../../src/settings/settings.ts";
import { createTestDatabase } from "../../src/testing/database.ts";
import { inOrganisation } from "../../src/testing/engine.ts";
import { openEngine } from "../../src/worker/engine.ts";

/** The whole product on one machine: pages, engine, database and the imaginary provider. */
export interface Site extends AsyncDisposable {
  /** Where the pages are. */
  readonly url: string;
  sql: Sql;
  sandbox: Sandbox;
  /** A run over one category that waits to be worked on. */
  newRun(more?: Partial<RunRequest>): Promise<Run>;
  /** Works on the run, as `collect` in another process does: through connections of its own. */
  collect(run: Pick<Run, "id">): Promise<Outcome>;
  raiseCap(run: Run, micros: number): Promise<void>;
  findRun(run: Pick<Run, "id">): Promise<Run | undefined>;
  stopServer(): Promise<void>;
  /** Serves again, at the same address. */
  startServer(): Promise<void>;
}

const silent = pino({ level: "silent" });

/** @param latencyMs how long a call to the provider takes: with several workers, the pace of the runs */
export async function openSite(latencyMs: number): Promise<Site> {
  const database = await createTestDatabase();
  // Each run asks for the same things, and is to pay for them.
  await inOrganisation(database.sql, (tx) => patchSettings(tx, { query_cache_hours: 0 }));
  const sandbox = startSandbox({ sellers: 20_000, conditions: { latencyMs, pageBytes: 20_000 } });
  const folder = await mkdtemp(join(tmpdir(), "sc-site-"));
  const config = readConfig({ DATA_DIR: folder });
  const context = { config, log: silent, sql: database.sql, orgId: FIRST_ORGANISATION };
  const engineSql = database.connect();
  const provider = createOxylabs({ baseUrl: sandbox.url, username: "sandbox", password: "sandbox", timeoutMs: 10_000 });
  const engine = await openEngine(
    { ...context, sql: engineSql, provider, accountKey: "sandbox", dataDir: folder },
    "collect",
  );
  const never = new AbortController().signal;
  let server = await startServer(context, "127.0.0.1", 0);
  const { url } = server;

  return {
    url,
    sql: database.sql,
    sandbox,
    newRun: (more = {}) => {
      const source = { categories: getCategories(["electronics--headphones"]) };
      const request = { source, workers: 5, pagesPerProduct: 1, stopAtCap: true, ...more };
      return inOrganisation(database.sql, (tx) => createRun(tx, FIRST_ORGANISATION, request, new Date()));
    },
    collect: ({ id }) => superviseRun(engine, id, { stop: never, cut: never, onProgress: () => undefined }),
    raiseCap: ({ id, workers }, budgetCapMicros) =>
      inOrganisation(database.sql, async (tx) => void (await changeLimits(tx, id, { budgetCapMicros, workers }))),
    findRun: ({ id }) => inOrganisation(database.sql, (tx) => findRun(tx, id)),
    stopServer: () => server[Symbol.asyncDispose](),
    startServer: async () => {
      server = await startServer(context, "127.0.0.1", Number(new URL(url).port));
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await engine[Symbol.asyncDispose]();
      await engineSql.end({ timeout: 5 });
      await sandbox.stop();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * What a `serve` sends to its database while there is nothing to do: statements per second, counted by looking at the
 * server's activity 50 times a second.
 *
 *   bun bench/idle.ts [--seconds 60]
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { connect, type Sql } from "../src/db/client.ts";
import { startEmbedded } from "../src/db/embedded.ts";
import { amount } from "./contest.ts";

const { values } = parseArgs({ options: { seconds: { type: "string" } } });
const seconds = amount(values.seconds, 60);
const dataDir = await mkdtemp(join(tmpdir(), "sc-idle-"));
const server = await startEmbedded({ dataDir });
const environment = { ...process.env, DATA_DIR: dataDir, OXYLABS_USERNAME: "nobody", OXYLABS_PASSWORD: "nothing" };
const main = new URL("../src/main.ts", import.meta.url).pathname;
const serve = Bun.spawn([process.execPath, main, "serve", "--port", "0"], { env: environment, stdout: "ignore" });
try {
  const sql = connect(server.superuser, { max: 1 });
  await Bun.sleep(10_000); // Its start is no idling.
  const statements = await watch(sql, seconds);
  console.table(Object.fromEntries(statements));
  const all = [...statements.values()].reduce((sum, times) => sum + times, 0);
  console.log(`${(all / seconds).toFixed(2)} statements per second`);
  await sql.end();
} finally {
  serve.kill();
  await serve.exited;
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
}

async function watch(sql: Sql, forSeconds: number): Promise<Map<string, number>> {
  const seen = new Set<string>();
  const statements = new Map<string, number>();
  const until = performance.now() + forSeconds * 1000;
  for (let first = true; performance.now() < until; first = false) {
    for (const { pid, began, query } of await listStatements(sql)) {
      if (seen.has(`${pid} ${began}`)) continue;
      seen.add(`${pid} ${began}`);
      if (!first) statements.set(query, (statements.get(query) ?? 0) + 1);
    }
    await Bun.sleep(20);
  }
  return statements;
}

function listStatements(sql: Sql) {
  return sql<{ pid: number; began: string; query: string }[]>`
    select pid, query_start::text as began, left(regexp_replace(query, '\\s+', ' ', 'g'), 70) as query
    from pg_stat_activity
    where backend_type = 'client backend' and pid <> pg_backend_pid() and query_start is not null`;
}

import { spawn } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConnectionTarget, connect, type ServerTarget, type Sql } from "../db/client.ts";
import { startEmbedded } from "../db/embedded.ts";
import { migrate } from "../db/migrate.ts";

export interface TestDatabase {
  /** As the program connects: a role bound by row level security. */
  sql: Sql;
  target: ConnectionTarget;
  /** Another pool on the same database; closed by whoever opens it. */
  connect(): Sql;
  drop(): Promise<void>;
}

const TEMPLATE = "migrated";

let cluster: Promise<Cluster> | undefined;

/** An empty, migrated database of its own; usually one per test file, made in `beforeAll`. */
export async function createTestDatabase(): Promise<TestDatabase> {
  cluster ??= startCluster();
  const { admin, application } = await cluster;
  const name = `t_${crypto.randomUUID().replaceAll("-", "")}`;
  await admin`create database ${admin(name)} template ${admin(TEMPLATE)} owner ${admin(application.username)}`;
  const target = { ...application, database: name };
  const sql = connect(target);
  return {
    sql,
    target,
    connect: () => connect(target),
    async drop() {
      await sql.end({ timeout: 5 });
      await admin`drop database ${admin(name)} with (force)`;
    },
  };
}

interface Cluster {
  admin: Sql;
  application: ServerTarget;
}

/** One server per test process, on data that no one will miss. */
async function startCluster(): Promise<Cluster> {
  const dataDir = await mkdtemp(join(tmpdir(), "sc-test-"));
  endWithThisProcess(dataDir);
  const server = await startEmbedded({ dataDir, fsync: false });
  const admin = connect(server.superuser, { max: 1 });
  const { application } = server;
  await admin`create database ${admin(TEMPLATE)} owner ${admin(application.username)}`;
  const template = connect({ ...application, database: TEMPLATE }, { max: 1 });
  await migrate(template);
  await template.end();
  return { admin, application };
}

/** Repeated until the folder is gone: it may also be filled at this moment, by an initdb or a server that begins. */
const CLEAN_UP = `cat
for turn in $(seq 200); do
  pid=$(head -n 1 "$0/postgres/data/postmaster.pid" 2>/dev/null)
  if [ -n "$pid" ] && kill -QUIT "$pid" 2>/dev/null; then sleep 0.05; continue; fi
  rm -rf "$0" && sleep 0.2 && [ ! -e "$0" ] && exit
done`;

/**
 * Stops the server and removes its files when this process is gone, however it went: a pipe to us ends then, and a shell
 * in a session of its own (out of reach of Ctrl-C) waits for that.
 */
function endWithThisProcess(dataDir: string): void {
  spawn("sh", ["-c", CLEAN_UP, dataDir], { detached: true, stdio: ["pipe", "ignore", "ignore"] }).unref();
}

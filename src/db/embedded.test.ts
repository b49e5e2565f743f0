import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "./client.ts";
import { isConnectionLost } from "./connection.ts";
import { isServerOf } from "./embedded/postmaster.ts";
import { type EmbeddedServer, startEmbedded } from "./embedded.ts";
import { checkServer } from "./external.ts";

let folder: string;
const open: EmbeddedServer[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sc-embedded-"));
});

afterAll(async () => {
  for (const server of open) await server.stop();
  await rm(folder, { recursive: true, force: true });
});

describe("a server on a folder of its own", () => {
  const dataDir = () => join(folder, "own");
  const cluster = () => join(folder, "own/postgres/data");

  test("the program's role owns its database and may not bypass row level security", async () => {
    const server = await start(dataDir());
    const sql = connect(server.application);
    await sql`create table kept (n int)`;
    await sql`insert into kept values (42)`;
    await checkServer(sql);
    await sql.end();
    await server.stop();
    expect(isServerOf(server.pid, cluster())).toBe(false);
  });

  test("the superuser is refused, with the statements that make a better role", async () => {
    const server = await start(dataDir());
    const sql = connect(server.superuser);
    expect(checkServer(sql)).rejects.toThrow(/CREATE ROLE sellercollection .* NOSUPERUSER NOBYPASSRLS/);
    await sql.end();
    await server.stop();
  });

  test("what an earlier start left half made is removed, and what was stored is still there", async () => {
    await mkdir(join(folder, "own/postgres/data.new-abandoned"));
    const server = await start(dataDir());
    expect(await readdir(join(folder, "own/postgres"))).not.toContain("data.new-abandoned");
    expect(await kept(server)).toBe(42);
    await server.stop();
  });

  test("a process id that belongs to another program by now does not hinder the start, nor harm that program", async () => {
    const other = Bun.spawn(["sleep", "60"]);
    const lines = [other.pid, cluster(), 1, 5432, join(folder, "own/postgres"), "", "1 1", "ready", ""];
    await writeFile(join(cluster(), "postmaster.pid"), lines.join("\n"));
    const server = await start(dataDir());
    expect(await kept(server)).toBe(42);
    await server.stop();
    expect(other.exitCode).toBeNull();
    other.kill();
  });

  test("a killed server is started again while we use it", async () => {
    const again = Promise.withResolvers<string>();
    const server = await start(dataDir(), again.resolve);
    process.kill(server.pid, "SIGKILL");
    expect(await again.promise).toContain("started again");
    expect(await kept(server)).toBe(42);
    await server.stop();
  });

  test("a server killed under load leaves no query without an answer, and no connection unusable", async () => {
    const server = await start(dataDir());
    const sql = connect(server.application);
    const ask = () => sql`select n from kept`;
    await Promise.all(Array.from({ length: 10 }, ask));
    const asked = Array.from({ length: 100 }, ask);
    process.kill(server.pid, "SIGKILL");
    const settled = await Promise.allSettled([...asked, ...Array.from({ length: 100 }, ask)]);
    const refused = settled.filter((result) => result.status === "rejected").map(({ reason }) => reason);
    expect(refused.filter((reason) => !isConnectionLost(reason))).toEqual([]);
    await Promise.all(Array.from({ length: 30 }, () => untilAnswered(ask)));
    await sql.end();
    await server.stop();
  });

  test("data of another version of PostgreSQL is left alone", async () => {
    const mark = join(cluster(), "PG_VERSION");
    await writeFile(mark, "17\n");
    expect(start(dataDir())).rejects.toThrow("was made by PostgreSQL 17; this program carries 18");
    expect(await readFile(mark, "utf8")).toBe("17\n");
    await writeFile(mark, "18\n");
  });
});

describe("several processes on one folder", () => {
  const dataDir = () => join(folder, "shared");
  // Not by the process id alone: it stays taken until the dead process is reaped.
  const runs = (pid: number) => isServerOf(pid, join(folder, "shared/postgres/data"));

  test("that start at once share one server, and the last one to leave stops it", async () => {
    const processes = [user(dataDir()), user(dataDir()), user(dataDir())];
    const pids = await Promise.all(processes.map(({ ready }) => ready));
    expect(new Set(pids).size).toBe(1);
    const [pid = 0] = pids;
    const [first, ...others] = processes;
    await first?.leave();
    expect(runs(pid)).toBe(true);
    await Promise.all(others.map((process) => process.leave()));
    expect(runs(pid)).toBe(false);
  });

  test("the server of a process that was killed is taken over, and stopped by its heir", async () => {
    const killed = user(dataDir());
    const pid = await killed.ready;
    await killed.kill();
    expect(runs(pid)).toBe(true);
    const heir = await start(dataDir());
    expect(heir.pid).toBe(pid);
    await heir.stop();
    expect(runs(pid)).toBe(false);
  });
});

test("a path too long for a socket is no hindrance", async () => {
  const server = await start(join(folder, "long".repeat(30), "er"));
  expect(server.application.host.length).toBeLessThan(80);
  expect(await answer(server)).toBe(1);
  await server.stop();
  await rm(server.application.host, { recursive: true });
});

test("a folder that is a file is refused in one sentence, and the file is kept", async () => {
  const file = join(folder, "file");
  await appendFile(file, "precious");
  expect(start(file)).rejects.toMatchObject({ code: "not_writable", remedy: "Set DATA_DIR to a folder." });
  expect(await readFile(file, "utf8")).toBe("precious");
});

async function start(dataDir: string, notify: (message: string) => void = () => {}): Promise<EmbeddedServer> {
  const server = await startEmbedded({ dataDir, fsync: false, notify });
  open.push(server);
  return server;
}

/** Asks again as long as the connection is lost. */
async function untilAnswered(ask: () => Promise<unknown>): Promise<unknown> {
  for (;;) {
    const answer = await ask().catch((error: unknown) => {
      if (!isConnectionLost(error)) throw error;
    });
    if (answer) return answer;
  }
}

/** A process that uses the server until it is told to leave. */
function user(dataDir: string) {
  const script = join(import.meta.dir, "../testing/database-process.ts");
  const child = Bun.spawn([process.execPath, script, dataDir], { stdin: "pipe", stdout: "pipe", stderr: "inherit" });
  return {
    ready: firstLine(child.stdout).then((line) => Number(JSON.parse(line).pid)),
    async leave() {
      child.stdin.end();
      await child.exited;
    },
    async kill() {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  const { value } = await stream.getReader().read();
  return new TextDecoder().decode(value);
}

async function kept({ application }: EmbeddedServer): Promise<unknown> {
  const sql = connect(application, { max: 1 });
  const [row] = await sql<{ n: number }[]>`select n from kept`;
  await sql.end();
  return row?.n;
}

async function answer({ application }: EmbeddedServer): Promise<unknown> {
  const sql = connect(application, { max: 1 });
  const [row] = await sql<{ one: number }[]>`select 1 as one`;
  await sql.end();
  return row?.one;
}

import { spawnSync } from "node:child_process";
import { closeSync, openSync, readFileSync, readlinkSync, realpathSync } from "node:fs";
import { copyFile, open, rm, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseStartError, startErrorFrom } from "./errors.ts";
import type { Home } from "./home.ts";
import { start } from "./launcher.ts";
import { chooseSocketFolder, PORT, socketFiles } from "./socket.ts";

/** A running server. */
export interface Postmaster {
  pid: number;
  socketFolder: string;
}

const POLL_MS = 20;
const START_PATIENCE_MS = 120_000;
const STOP_PATIENCE_MS = 30_000;
const LOG_LIMIT_BYTES = 5_000_000;

const SETTINGS = [
  "listen_addresses=",
  "max_connections=60",
  "shared_buffers=64MB",
  "io_method=sync",
  "jit=off",
  "timezone=UTC",
  "log_timezone=UTC",
  // Errors of statements go to who sent them; the log is for the server's own life, so that it stays small.
  "log_min_messages=log",
  "log_checkpoints=off",
];
const UNSAFE_SETTINGS = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off"];

/**
 * The server that already runs on this cluster (a second process of ours, or one that was killed, started it), waiting
 * while it starts up or goes down. Undefined when there is none.
 */
export async function findPostmaster(home: Home): Promise<Postmaster | undefined> {
  const deadline = Date.now() + START_PATIENCE_MS;
  for (;;) {
    const found = readPidFile(home.data);
    if (!found || !isServerOf(found.pid, home.data)) return undefined;
    if (found.ready) return { pid: found.pid, socketFolder: found.socketFolder };
    if (Date.now() > deadline) throw startErrorFrom(new Error(await logTail(home.log, 0)), home.root);
    await Bun.sleep(POLL_MS);
  }
}

/** Starts the server and waits until it takes connections. Only for a holder of the start lock, when none runs. */
export async function startPostmaster(home: Home, installation: string, safe: boolean): Promise<Postmaster> {
  const deadline = Date.now() + START_PATIENCE_MS;
  const socketFolder = await chooseSocketFolder(home);
  await removeForeignTraces(home, socketFolder);
  for (;;) {
    const attempt = await tryStart(home, installation, socketFolder, safe, deadline);
    if (typeof attempt !== "string") return attempt;
    // The processes of a killed server need a moment to notice and to let go of its memory.
    if (!/pre-existing shared memory block/.test(attempt) || Date.now() > deadline) {
      throw startErrorFrom(new Error(attempt), home.root);
    }
    await Bun.sleep(POLL_MS * 5);
  }
}

/** Ends the server in order: open transactions are rolled back, everything is on the disk. */
export async function stopPostmaster({ pid }: Postmaster, { data }: Home): Promise<void> {
  signal(pid, "SIGINT");
  const deadline = Date.now() + STOP_PATIENCE_MS;
  while (isServerOf(pid, data)) {
    // As after a power cut: the next start recovers. Better than to hang here for ever.
    if (Date.now() > deadline) return signal(pid, "SIGQUIT");
    await Bun.sleep(POLL_MS);
  }
}

/** Whether this process is the server of this cluster, and not another program that was given the same process id. */
export function isServerOf(pid: number, data: string): boolean {
  try {
    process.kill(pid, 0);
    if (process.platform === "linux") return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(data);
    return spawnSync("ps", ["-p", String(pid), "-o", "command="])
      .stdout.toString()
      .includes(data);
  } catch {
    return false;
  }
}

/** Keeps the log at 5 MB and one predecessor. */
export async function boundLog({ log }: Home): Promise<void> {
  const size = (await stat(log).catch(() => undefined))?.size ?? 0;
  if (size <= LOG_LIMIT_BYTES) return;
  // Emptied in place: the server holds it open for appending.
  await copyFile(log, `${log}.1`);
  await truncate(log);
}

/** @returns the server, or what the log says when it ended instead */
async function tryStart(
  home: Home,
  installation: string,
  socketFolder: string,
  safe: boolean,
  deadline: number,
): Promise<Postmaster | string> {
  const logStart = (await stat(home.log).catch(() => undefined))?.size ?? 0;
  const output = openSync(home.log, "a", 0o600);
  const settings = [...SETTINGS, `port=${PORT}`, ...(safe ? [] : UNSAFE_SETTINGS)];
  const child = start(
    home.launcher,
    [join(installation, "bin/postgres"), "-D", home.data, "-k", socketFolder, ...settings.flatMap((s) => ["-c", s])],
    { detached: true, output },
  );
  closeSync(output);
  child.unref();
  let failure: string | undefined;
  child.once("error", (error) => {
    failure = error.message;
  });
  while (child.exitCode === null && child.signalCode === null && failure === undefined) {
    const found = readPidFile(home.data);
    if (found?.ready && found.pid === child.pid) return { pid: found.pid, socketFolder };
    if (Date.now() > deadline) {
      child.kill("SIGQUIT");
      const problem = "The built-in database did not get ready within two minutes.";
      throw new DatabaseStartError("failed", problem, `See ${home.log}.`);
    }
    await Bun.sleep(POLL_MS);
  }
  return failure ?? (await logTail(home.log, logStart));
}

/**
 * Of a server that was killed: PostgreSQL refuses to start when the process id in its file belongs to another program by
 * now, or when the file is cut off. An id of no process it handles itself.
 */
async function removeForeignTraces({ data }: Home, socketFolder: string): Promise<void> {
  const found = readPidFile(data);
  if (!found || isAlive(found.pid)) await rm(join(data, "postmaster.pid"), { force: true });
  for (const file of socketFiles(socketFolder)) await rm(file, { force: true });
}

/** Lines of `postmaster.pid`: process id, data folder, start time, port, socket folder, address, memory key, status. */
function readPidFile(data: string): { pid: number; socketFolder: string; ready: boolean } | undefined {
  try {
    const lines = readFileSync(join(data, "postmaster.pid"), "utf8").split("\n");
    const pid = Number(lines[0]);
    if (!Number.isInteger(pid) || pid <= 1) return undefined;
    return { pid, socketFolder: lines[4] ?? "", ready: lines[7]?.trim() === "ready" };
  } catch {
    return undefined;
  }
}

async function logTail(log: string, from: number): Promise<string> {
  const file = await open(log, "r");
  try {
    const { size } = await file.stat();
    const begin = Math.max(from, size - 8192);
    const { buffer } = await file.read(Buffer.alloc(Math.max(0, size - begin)), 0, null, begin);
    return buffer.toString();
  } finally {
    await file.close();
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function signal(pid: number, name: "SIGINT" | "SIGQUIT"): void {
  try {
    process.kill(pid, name);
  } catch {
    // It is gone already.
  }
}

import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** As whom the server and initdb are run, and with what in front of their command line. */
export interface Launcher {
  /** Owner of the server's files, as seen from here. */
  uid: number;
  gid: number;
  /** Set when the programs must change to that user; otherwise they run as we do. */
  drops: boolean;
  prefix: readonly string[];
}

interface Account {
  uid: number;
  gid: number;
}

// Nothing of our own environment: PGDATA, PGOPTIONS and the like would reach the server.
const ENVIRONMENT = { PATH: process.env.PATH ?? "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };

/**
 * PostgreSQL refuses to run as root. As root it therefore runs in a user namespace, where our files look like an ordinary
 * user's; where namespaces are forbidden (some containers), it runs as `postgres` or `nobody` and owns its files.
 * @param owner uid that owns the existing cluster, if there is one
 */
export function chooseLauncher(owner: number | undefined): Launcher {
  const uid = process.getuid?.() ?? 0;
  const gid = process.getgid?.() ?? 0;
  const asWeAre: Launcher = { uid, gid, drops: false, prefix: [] };
  // initdb also fails for a user without an entry in /etc/passwd (containers with an arbitrary --user).
  if (uid !== 0 && isKnown(uid)) return asWeAre;
  if (uid === 0 && owner) return { ...accountOf(owner), drops: true, prefix: [] };

  const stranger = unprivilegedAccount();
  const prefix = ["unshare", "--user", `--map-user=${stranger.uid}`, `--map-group=${stranger.gid}`];
  if (spawnSync("unshare", [...prefix.slice(1), "true"]).status === 0) return { ...asWeAre, prefix };
  return uid === 0 ? { ...stranger, drops: true, prefix: [] } : asWeAre;
}

/** Runs a program to its end. @returns all it wrote, and whether it succeeded */
export function run(launcher: Launcher, command: readonly string[]): Promise<{ ok: boolean; output: string }> {
  const { promise, resolve } = Promise.withResolvers<{ ok: boolean; output: string }>();
  const child = start(launcher, command, { detached: false, output: "pipe" });
  let output = "";
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout?.on("data", collect);
  child.stderr?.on("data", collect);
  child.once("error", (error) => resolve({ ok: false, output: error.message }));
  child.once("close", (code) => resolve({ ok: code === 0, output }));
  return promise;
}

/**
 * Starts a program without waiting. `detached` gives it a session of its own: Ctrl-C reaches us only, so that we can let
 * it finish in order.
 * @param output "pipe", or the file descriptor to write to
 */
export function start(
  { prefix, drops, uid, gid }: Launcher,
  command: readonly string[],
  { detached, output }: { detached: boolean; output: "pipe" | number },
) {
  const [program = "", ...rest] = [...prefix, ...command];
  return spawn(program, rest, {
    cwd: "/",
    env: ENVIRONMENT,
    detached,
    stdio: ["ignore", output, output],
    ...(drops && { uid, gid }),
  });
}

function unprivilegedAccount(): Account {
  const accounts = knownAccounts();
  return accounts.get("postgres") ?? accounts.get("nobody") ?? { uid: 65534, gid: 65534 };
}

function accountOf(uid: number): Account {
  return [...knownAccounts().values()].find((account) => account.uid === uid) ?? { uid, gid: uid };
}

function isKnown(uid: number): boolean {
  // macOS keeps its people in a directory service instead.
  return process.platform !== "linux" || [...knownAccounts().values()].some((account) => account.uid === uid);
}

function knownAccounts(): Map<string, Account> {
  const lines = readPasswd().split("\n");
  return new Map(
    lines.map((line) => {
      const [name = "", , uid, gid] = line.split(":");
      return [name, { uid: Number(uid), gid: Number(gid) }];
    }),
  );
}

function readPasswd(): string {
  try {
    return readFileSync("/etc/passwd", "utf8");
  } catch {
    return ""; // an image without it knows nobody
  }
}

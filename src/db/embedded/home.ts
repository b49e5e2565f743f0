import { constants } from "node:fs";
import { access, chmod, chown, mkdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseStartError } from "./errors.ts";
import { chooseLauncher, type Launcher, run } from "./launcher.ts";

/** The folder of one embedded database, and as whom its server runs. */
export interface Home {
  root: string;
  /** The cluster (PGDATA). */
  data: string;
  log: string;
  /** Held exclusively while a process decides to start or to stop the server. */
  startLock: string;
  /** Held shared by each process that uses the server. */
  usersLock: string;
  launcher: Launcher;
}

/**
 * Makes `DATA_DIR/postgres`, readable by its owner alone: whoever reaches the socket in it is let in.
 * @param notify hears about a fall-back to another folder
 */
export async function prepareHome(dataDir: string, notify: (message: string) => void): Promise<Home> {
  const wanted = await makeHome(join(dataDir, "postgres"));
  // Named after the wanted folder: two databases that both fall back must not become one.
  const name = new Bun.CryptoHasher("sha256").update(wanted.root).digest("hex").slice(0, 12);
  const elsewhere = `/var/lib/sellercollection/${name}/postgres`;
  const reachable = await canReach(wanted);
  const holdsData = await exists(wanted.data);
  // Once the data is in one of the two places it is never looked for, and found missing, in the other.
  if (reachable && (holdsData || !(await exists(join(elsewhere, "data"))))) return wanted;
  const fallback = holdsData ? undefined : await makeHome(elsewhere);
  if (!fallback || !(await canReach(fallback))) {
    const problem = `PostgreSQL has to run as user ${wanted.launcher.uid}, who cannot reach ${wanted.root}.`;
    throw new DatabaseStartError("not_permitted", problem, "Open the folders on the way to it (chmod o+x).");
  }
  notify(
    `User ${fallback.launcher.uid} cannot reach ${wanted.root}: the database is kept in ${fallback.root} instead.`,
  );
  return fallback;
}

async function makeHome(path: string): Promise<Home> {
  await mkdir(path, { recursive: true, mode: 0o755 });
  // One name for it, whichever way a process comes: the socket's place is derived from it.
  const root = await realpath(path);
  await access(root, constants.W_OK);
  const data = join(root, "data");
  const launcher = chooseLauncher((await statOrNothing(data))?.uid);
  await ownAlone(root, launcher);
  return {
    root,
    data,
    log: join(root, "log"),
    startLock: join(root, "start.lock"),
    usersLock: join(root, "users.lock"),
    launcher,
  };
}

/** Makes a folder its server's own, and closed to everyone else. */
export async function ownAlone(folder: string, { drops, uid, gid }: Launcher): Promise<void> {
  const found = await stat(folder);
  if (found.uid !== uid && process.getuid?.() !== 0) {
    const problem = `${folder} belongs to another user (${found.uid}).`;
    throw new DatabaseStartError("not_permitted", problem, "Run as that user, or set another DATA_DIR.");
  }
  if (drops && found.uid !== uid) await chown(folder, uid, gid);
  if ((found.mode & 0o777) !== 0o700) await chmod(folder, 0o700);
}

/** Whether the server's user gets there at all: a home directory on the way may be closed to it. */
async function canReach({ root, launcher }: Home): Promise<boolean> {
  if (!launcher.drops && launcher.prefix.length === 0) return true;
  return (await run(launcher, ["test", "-w", root])).ok;
}

async function exists(path: string): Promise<boolean> {
  return (await statOrNothing(path)) !== undefined;
}

async function statOrNothing(path: string) {
  return stat(path).catch(() => undefined);
}

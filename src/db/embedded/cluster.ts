import { readdir, readFile, rename, rm, rmdir, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseStartError, startErrorFrom } from "./errors.ts";
import type { Home } from "./home.ts";
import { ownAll, POSTGRES_MAJOR } from "./installation.ts";
import { run } from "./launcher.ts";

/** What initdb writes, and some air: on a full disk it fails with riddles. */
const NEEDED_BYTES = 64 * 2 ** 20;
const UNFINISHED = "data.new-";

/**
 * Makes the cluster if there is none. It is made under another name and renamed when it is complete, so `data` is either
 * absent or whole, wherever the process was killed; what an interrupted attempt left is removed.
 */
export async function ensureCluster(home: Home, installation: string, { fsync }: { fsync: boolean }): Promise<void> {
  await removeUnfinished(home.root);
  // An empty folder is a mount point or a leftover, never a cluster.
  await rmdir(home.data).catch(() => undefined);
  const exists = await stat(home.data).catch(() => undefined);
  if (!exists) return create(home, installation, fsync);
  await checkVersion(home.data);
  if (home.launcher.drops && exists.uid !== home.launcher.uid) await ownAll(home.data, home.launcher);
}

async function create(home: Home, installation: string, fsync: boolean): Promise<void> {
  const { bavail, bsize } = await statfs(home.root);
  if (bavail * bsize < NEEDED_BYTES) {
    const problem = `Only ${Math.floor((bavail * bsize) / 2 ** 20)} MiB are free for the database in ${home.root}.`;
    throw new DatabaseStartError("disk_full", problem, "Free some space: an empty one takes 64 MiB.");
  }
  const unfinished = join(home.root, `${UNFINISHED}${crypto.randomUUID()}`);
  const { ok, output } = await run(home.launcher, [
    join(installation, "bin/initdb"),
    `--pgdata=${unfinished}`,
    "--username=postgres",
    // The socket lies in a folder that only its owner can enter; that is the lock on this door.
    "--auth=trust",
    "--encoding=UTF8",
    // The same order of text on every machine.
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    "--no-instructions",
    ...(fsync ? [] : ["--no-sync"]),
  ]);
  if (!ok) {
    await rm(unfinished, { recursive: true, force: true });
    throw startErrorFrom(new Error(output), home.root);
  }
  await rename(unfinished, home.data);
}

async function removeUnfinished(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    // An initdb whose parent was killed may still be writing there: it fails once its folder is gone, so a rest is no harm.
    if (name.startsWith(UNFINISHED))
      await rm(join(root, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

async function checkVersion(data: string): Promise<void> {
  const version = await readFile(join(data, "PG_VERSION"), "utf8").catch(() => undefined);
  if (version?.trim() === POSTGRES_MAJOR) return;
  if (version === undefined) {
    const problem = `${data} holds something that is no database.`;
    throw new DatabaseStartError("wrong_version", problem, "Move it away, or set another DATA_DIR.");
  }
  const problem = `The database in ${data} was made by PostgreSQL ${version.trim()}; this program carries ${POSTGRES_MAJOR}.`;
  throw new DatabaseStartError("wrong_version", problem, "Run the version of the program that made it.");
}

import { join, resolve } from "node:path";
import { connect, type ServerTarget } from "./client.ts";
import { ensureCluster } from "./embedded/cluster.ts";
import { DatabaseStartError, startErrorFrom } from "./embedded/errors.ts";
import { type Home, prepareHome } from "./embedded/home.ts";
import { locateInstallation } from "./embedded/installation.ts";
import { type FileLock, tryLock } from "./embedded/lock.ts";
import {
  boundLog,
  findPostmaster,
  isServerOf,
  type Postmaster,
  startPostmaster,
  stopPostmaster,
} from "./embedded/postmaster.ts";
import { PORT } from "./embedded/socket.ts";
import { keepLooking } from "./embedded/watch.ts";

export interface EmbeddedOptions {
  /** The database is kept in `<dataDir>/postgres`. */
  dataDir: string;
  /** false gives up the safety of the data for speed: for tests. */
  fsync?: boolean;
  /** Hears what a person should know: a fall-back, a server that had to be started again. */
  notify?: (message: string) => void;
}

export interface EmbeddedServer {
  /** As a role without special rights, which owns the database. */
  application: ServerTarget;
  /** As the server's superuser. */
  superuser: ServerTarget;
  readonly pid: number;
  /** Lets go of the server, and stops it unless another process still uses it. */
  stop(): Promise<void>;
}

const ROLE = "sellercollection";
const LOCK_RETRY_MS = 25;
/** Longer than a first start on a slow machine takes. */
const LOCK_PATIENCE_MS = 150_000;

/**
 * Starts the PostgreSQL that is carried along, as a process of its own on a unix socket, or joins the one that already
 * runs on this folder. Should it die while we live, it is started again.
 * @throws DatabaseStartError saying what to do
 */
export async function startEmbedded({
  dataDir,
  fsync = true,
  notify = () => {},
}: EmbeddedOptions): Promise<EmbeddedServer> {
  const place = resolve(dataDir);
  try {
    const home = await prepareHome(place, notify);
    const { use, postmaster } = await underStartLock(home, async () => {
      const running = await ensureRunning(home, fsync);
      const held = shareUse(home);
      try {
        await ensureApplication(running);
        return { use: held, postmaster: running };
      } catch (error) {
        await letGo(home, running, held);
        throw error;
      }
    });
    return watched(home, postmaster, use, { fsync, notify });
  } catch (error) {
    throw startErrorFrom(error, place);
  }
}

function watched(
  home: Home,
  first: Postmaster,
  use: FileLock,
  { fsync, notify }: { fsync: boolean; notify: (message: string) => void },
): EmbeddedServer {
  let postmaster = first;
  let stopping: Promise<void> | undefined;
  const unwatch = keepLooking(async () => {
    await boundLog(home);
    if (isServerOf(postmaster.pid, home.data)) return;
    postmaster = await underStartLock(home, () => revive(home, fsync));
    notify("The built-in database had died and was started again.");
  }, notify);

  const stop = async () => {
    await unwatch();
    await underStartLock(home, () => letGo(home, postmaster, use));
  };
  const at = { host: first.socketFolder, port: PORT };
  return {
    application: { ...at, database: ROLE, username: ROLE },
    superuser: { ...at, database: "postgres", username: "postgres" },
    get pid() {
      return postmaster.pid;
    },
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}

async function ensureRunning(home: Home, fsync: boolean): Promise<Postmaster> {
  const running = await findPostmaster(home);
  if (running) return running;
  const installation = await locateInstallation(home);
  await ensureCluster(home, installation, { fsync });
  await boundLog(home);
  return startPostmaster(home, installation, fsync);
}

/** As `ensureRunning`, but never on new, empty data: a program in the middle of its work has no use for that. */
async function revive(home: Home, fsync: boolean): Promise<Postmaster> {
  if (await Bun.file(join(home.data, "PG_VERSION")).exists()) return ensureRunning(home, fsync);
  throw new DatabaseStartError("failed", `The database's folder ${home.data} is gone.`, "Put it back.");
}

/** The role and the database of the program; each start looks, because the first one may have been killed half way. */
async function ensureApplication({ socketFolder }: Postmaster): Promise<void> {
  const sql = connect({ host: socketFolder, port: PORT, database: "postgres", username: "postgres" }, { max: 1 });
  try {
    const [found] = await sql<{ role: boolean; database: boolean }[]>`
      select exists (select from pg_roles where rolname = ${ROLE}) as role,
        exists (select from pg_database where datname = ${ROLE}) as database`;
    if (!found?.role) await sql`create role ${sql(ROLE)} login nosuperuser nobypassrls`;
    if (!found?.database) await sql`create database ${sql(ROLE)} owner ${sql(ROLE)}`;
  } finally {
    await sql.end();
  }
}

function shareUse(home: Home): FileLock {
  const lock = tryLock(home.usersLock, "shared");
  if (!lock) throw new DatabaseStartError("busy", `${home.usersLock} is held by another program.`, "End that program.");
  return lock;
}

/** Only for a holder of the start lock: whoever wants to use the server waits for that. */
async function letGo(home: Home, postmaster: Postmaster, use: FileLock): Promise<void> {
  use.release();
  const nobodyElse = tryLock(home.usersLock, "exclusive");
  if (nobodyElse) await stopPostmaster(postmaster, home);
  nobodyElse?.release();
}

async function underStartLock<T>(home: Home, work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + LOCK_PATIENCE_MS;
  let lock = tryLock(home.startLock, "exclusive");
  while (!lock) {
    if (Date.now() > deadline) {
      const problem = "Another process has been starting or stopping the built-in database for minutes.";
      throw new DatabaseStartError("busy", problem, "End that process, then try again.");
    }
    await Bun.sleep(LOCK_RETRY_MS);
    lock = tryLock(home.startLock, "exclusive");
  }
  try {
    return await work();
  } finally {
    lock.release();
  }
}

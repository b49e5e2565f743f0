import type { Clock } from "../clock.ts";
import type { Sql } from "../db/client.ts";
import { EXIT, Failure } from "../exit.ts";
import type { RunId } from "../ids.ts";
import { tryLockRun, unlockRun } from "../runs/queries.ts";

/** The database needs a moment to notice that a process has died, and to free what it held. */
const PATIENCE_MS = 3_000;
const RETRY_MS = 50;

/**
 * Holds a run for this process: a session-level advisory lock on a connection of its own, so that it is free the moment
 * the process is gone, however it went.
 * @throws Failure when another process holds it.
 */
export async function holdRun(sql: Sql, id: RunId, clock: Clock): Promise<AsyncDisposable> {
  const connection = await sql.reserve();
  const deadline = clock.monotonic() + PATIENCE_MS;
  while (!(await tryLockRun(connection, id))) {
    if (clock.monotonic() > deadline) {
      connection.release();
      throw new Failure(EXIT.unavailable, `Another process is working on run ${id}. Wait for it, or stop it first.`);
    }
    await clock.sleep(RETRY_MS);
  }
  return {
    async [Symbol.asyncDispose]() {
      try {
        await unlockRun(connection, id);
        connection.release();
      } catch {
        // The connection broke, and its lock is free. It is not given back: every query on it would fail.
      }
    },
  };
}

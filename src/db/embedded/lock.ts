import { Database } from "bun:sqlite";

/** Held until `release`, or until the process dies. */
export interface FileLock {
  release(): void;
}

// A database that nothing refers to is collected, and its lock with it.
const held = new Set<Database>();

/**
 * A lock among the processes of one machine: many may hold it `shared`, or one `exclusive`. Bun has no flock; SQLite locks
 * an (empty, never written) file with the kernel's own locks, which are freed however their holder dies. A file with a
 * process id in it would have to guess whether its writer still lives.
 * @returns undefined while others hold it
 * @throws the file system's error when the file cannot be opened
 */
export function tryLock(path: string, mode: "shared" | "exclusive"): FileLock | undefined {
  const file = new Database(path, { create: true, readwrite: true });
  try {
    file.run("PRAGMA busy_timeout = 0");
    file.query("PRAGMA journal_mode = MEMORY").get(); // no second file beside it
    file.run(mode === "exclusive" ? "BEGIN EXCLUSIVE" : "BEGIN");
    // A plain transaction takes its shared lock with the first read.
    if (mode === "shared") file.query("SELECT count(*) FROM sqlite_master").get();
    held.add(file);
    return {
      release() {
        held.delete(file);
        // Closing alone may leave the lock until its statements are collected.
        file.run("ROLLBACK");
        file.close();
      },
    };
  } catch (error) {
    file.close();
    if (error instanceof Error && "code" in error && error.code === "SQLITE_BUSY") return undefined;
    throw error;
  }
}

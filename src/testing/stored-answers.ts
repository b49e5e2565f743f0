import { existsSync } from "node:fs";
import { mkdir, mkdtemp, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const DAY_MS = 24 * 60 * 60 * 1000;

/** A folder of stored answers, whose files have any size and age and hold nothing. */
export async function answerFolder(now: Date) {
  const directory = await mkdtemp(join(tmpdir(), "sellercollection-answers-"));
  const pathOf = (runId: string, name: string) => join(directory, runId, name);
  return {
    directory,
    has: (runId: string, callId: string) => existsSync(pathOf(runId, `${callId}.zst`)),
    hasFile: (runId: string, name: string) => existsSync(pathOf(runId, name)),
    hasFolder: (runId: string) => existsSync(join(directory, runId)),
    /** A file without content takes no room on the disk, whatever its length. */
    async put(runId: string, name: string, { days = 0, bytes = 100 }: { days?: number; bytes?: number } = {}) {
      await mkdir(join(directory, runId), { recursive: true });
      await writeFile(pathOf(runId, name), "");
      await truncate(pathOf(runId, name), bytes);
      const storedAt = new Date(now.getTime() - days * DAY_MS);
      await utimes(pathOf(runId, name), storedAt, storedAt);
    },
  };
}

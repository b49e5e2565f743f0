import { createRawStore, type RawStore } from "../collector/raw-store.ts";
import type { Limits } from "./limits.ts";
import { releaseAnswers } from "./queries.ts";
import type { Retention } from "./retain-answers.ts";
import { removeIfEmpty, removeUnfinished, type StoredFile } from "./stored-files.ts";

export interface Removed {
  files: number;
  bytes: number;
  folders: number;
}

/** Deletes files of answers, and counts them. What cannot be deleted is told of and left. */
export class Remover {
  readonly removed: Removed = { files: 0, bytes: 0, folders: 0 };
  readonly #retention: Retention;
  readonly #limits: Limits[];
  readonly #store: RawStore;
  /** Folders that may be empty by now. */
  readonly #thinned = new Set<string>();

  constructor(retention: Retention, limits: Limits[]) {
    this.#retention = retention;
    this.#limits = limits;
    this.#store = createRawStore(retention.rawDirectory);
  }

  /** The database lets go of the answers first, then their files are deleted: nobody is ever sent to a missing one. */
  async remove(owner: Limits | undefined, files: StoredFile[]): Promise<void> {
    let free = files;
    for (const { orgId } of owner ? [owner] : this.#limits) {
      if (free.length === 0) return;
      const ids = free.map((file) => file.callId);
      const released = await releaseAnswers(this.#retention.sql, orgId, ids);
      free = free.filter((file) => released.has(file.callId));
    }
    await this.#delete(free, ({ runId, callId }) => this.#store.remove(runId, callId));
  }

  /** Nobody reads these: they need no release. */
  removeUnfinished(files: StoredFile[]): Promise<void> {
    return this.#delete(files, (file) => removeUnfinished(this.#retention.rawDirectory, file));
  }

  noteEmpty(runId: string): void {
    this.#thinned.add(runId);
  }

  async removeEmptyFolders(): Promise<void> {
    const { rawDirectory, log } = this.#retention;
    for (const runId of this.#thinned) {
      try {
        if (await removeIfEmpty(rawDirectory, runId)) this.removed.folders += 1;
      } catch (error) {
        log.warn({ err: error, run: runId }, "an empty folder could not be deleted");
      }
    }
  }

  async #delete(files: StoredFile[], deleteOne: (file: StoredFile) => Promise<void>): Promise<void> {
    for (const file of files) {
      try {
        await deleteOne(file);
        this.removed.files += 1;
        this.removed.bytes += file.bytes;
        this.noteEmpty(file.runId);
      } catch (error) {
        this.#retention.log.warn({ err: error, run: file.runId, call: file.callId }, "an answer could not be deleted");
      }
    }
  }
}

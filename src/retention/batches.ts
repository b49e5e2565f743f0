import { withOrganisation } from "../db/client.ts";
import type { Limits } from "./limits.ts";
import { findRunIds } from "./queries.ts";
import type { Remover } from "./remover.ts";
import type { Retention } from "./retain-answers.ts";
import { runFolders, type StoredFile, storedFiles } from "./stored-files.ts";

/** Files of one run; `limits` is undefined where no organisation has such a run. */
export interface Batch {
  limits: Limits | undefined;
  files: StoredFile[];
}

/** All stored answers, a folder after the other. A folder that cannot be read is told of and left out. */
export async function* batchesOf(retention: Retention, limits: Limits[], remover: Remover): AsyncGenerator<Batch> {
  const { rawDirectory, signal, log } = retention;
  for await (const runIds of runFolders(rawDirectory)) {
    const owners = await ownersOf(retention, limits, runIds);
    for (const runId of runIds) {
      let isEmpty = true;
      try {
        for await (const files of storedFiles(rawDirectory, runId)) {
          if (signal?.aborted) return;
          isEmpty = false;
          yield { limits: owners.get(runId), files };
        }
        if (isEmpty) remover.noteEmpty(runId);
      } catch (error) {
        log.warn({ err: error, run: runId }, "a folder of stored answers could not be read");
      }
    }
  }
}

async function ownersOf({ sql }: Retention, limits: Limits[], runIds: string[]): Promise<Map<string, Limits>> {
  const owners = new Map<string, Limits>();
  for (const owner of limits) {
    const found = await withOrganisation(sql, owner.orgId, (tx) => findRunIds(tx, runIds));
    for (const runId of found) owners.set(runId, owner);
  }
  return owners;
}

import { opendir, rm, rmdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { ANSWER_ENDING, UNFINISHED_ENDING } from "../collector/raw-store.ts";
import { isRunId } from "../ids.ts";

/** A stored answer as it lies on the disk. */
export interface StoredFile {
  runId: string;
  callId: string;
  bytes: number;
  /** When it was written, in milliseconds. */
  storedAt: number;
  /** A file that was still being written when it was last heard of. */
  isUnfinished: boolean;
}

/** Files looked at in one go: what is held in memory does not depend on how many there are. */
const BATCH = 500;

/** The folders of runs, in batches. Whatever else lies there is not ours. */
export const runFolders = (directory: string): AsyncGenerator<string[]> => inBatches(directory, isRunId);

/** The answers of a run, in batches. Files that go away meanwhile are left out. */
export async function* storedFiles(directory: string, runId: string): AsyncGenerator<StoredFile[]> {
  for await (const names of inBatches(join(directory, runId), (name) => callIdOf(name) !== undefined)) {
    const found = await Promise.all(names.map((name) => look(directory, runId, name)));
    yield found.filter((file) => file !== undefined);
  }
}

export const removeUnfinished = (directory: string, { runId, callId }: StoredFile): Promise<void> =>
  rm(join(directory, runId, `${callId}${UNFINISHED_ENDING}`), { force: true });

/** True when the folder was empty and is gone now. */
export async function removeIfEmpty(directory: string, runId: string): Promise<boolean> {
  try {
    await rmdir(join(directory, runId));
    return true;
  } catch (error) {
    if (["ENOTEMPTY", "EEXIST", "ENOENT"].includes(codeOf(error))) return false;
    throw error;
  }
}

async function* inBatches(directory: string, isOurs: (name: string) => boolean): AsyncGenerator<string[]> {
  let batch: string[] = [];
  for await (const { name } of await openIfThere(directory)) {
    if (!isOurs(name)) continue;
    batch.push(name);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function openIfThere(directory: string): Promise<AsyncIterable<{ name: string }> | []> {
  try {
    return await opendir(directory);
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

async function look(directory: string, runId: string, name: string): Promise<StoredFile | undefined> {
  const callId = callIdOf(name);
  if (callId === undefined) return undefined;
  try {
    const { size, mtimeMs } = await stat(join(directory, runId, name));
    return { runId, callId, bytes: size, storedAt: mtimeMs, isUnfinished: name.endsWith(UNFINISHED_ENDING) };
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

function callIdOf(name: string): string | undefined {
  const ending = name.endsWith(UNFINISHED_ENDING) ? UNFINISHED_ENDING : ANSWER_ENDING;
  const id = name.slice(0, -ending.length);
  return name.endsWith(ending) && isRunId(id) ? id : undefined;
}

const isGone = (error: unknown): boolean => ["ENOENT", "ENOTDIR"].includes(codeOf(error));

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";

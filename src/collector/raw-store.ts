import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface StoredAnswer {
  /** SHA-256 of the stored (compressed) file, hex. */
  sha256: string;
}

/**
 * The provider's answers as they came (zstd), kept before they are read: a resumed item reads its answer here instead
 * of paying for it again. Files lie at `<directory>/<run>/<call>.zst`.
 */
export interface RawStore {
  /** @throws NodeJS.ErrnoException (ENOSPC, EACCES, …) when the answer could not be kept. */
  write(runId: string, callId: string, body: Uint8Array): Promise<StoredAnswer>;
  /**
   * The answer as it came, or undefined when it is absent or torn.
   * @throws NodeJS.ErrnoException (EACCES, EIO, …) when it may be there but cannot be read now: it was paid for.
   */
  read(runId: string, callId: string): Promise<(StoredAnswer & { body: Uint8Array }) | undefined>;
  /** Does nothing where there is none. */
  remove(runId: string, callId: string): Promise<void>;
}

/** What follows the call's id in the name of its file, and of one that is still being written. */
export const ANSWER_ENDING = ".zst";
export const UNFINISHED_ENDING = `${ANSWER_ENDING}.part`;

/** How often a folder that is removed at the moment of writing is made again. */
const FOLDER_TRIES = 3;

export function createRawStore(directory: string): RawStore {
  const made = new Map<string, Promise<unknown>>();
  const folderOf = (runId: string) => join(directory, runId);
  const pathOf = (runId: string, callId: string) => join(folderOf(runId), `${callId}${ANSWER_ENDING}`);
  const ensureFolder = (runId: string) => {
    const known = made.get(runId) ?? mkdir(folderOf(runId), { recursive: true });
    made.set(runId, known);
    known.catch(() => made.delete(runId));
    return known;
  };
  /** A folder that was empty may have been cleared away since it was made. */
  const inFolder = async (runId: string, work: () => Promise<void>, tries = FOLDER_TRIES): Promise<void> => {
    await ensureFolder(runId);
    try {
      await work();
    } catch (error) {
      if (codeOf(error) !== "ENOENT" || tries <= 1) throw error;
      made.delete(runId);
      await inFolder(runId, work, tries - 1);
    }
  };

  return {
    async write(runId, callId, body) {
      const path = pathOf(runId, callId);
      // Level 1: measured 4 times cheaper than the default for a tenth more bytes.
      const compressed = await Bun.zstdCompress(body, { level: 1 });
      await inFolder(runId, () => writeWhole(path, compressed));
      return { sha256: sha256(compressed) };
    },

    async read(runId, callId) {
      const compressed = await readIfThere(pathOf(runId, callId));
      const body = compressed && (await decompressed(compressed));
      return body && { body, sha256: sha256(compressed) };
    },

    remove: (runId, callId) => rm(pathOf(runId, callId), { force: true }),
  };
}

/** Written aside and renamed, so that a file with the final name is always whole. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const aside = path.slice(0, -ANSWER_ENDING.length) + UNFINISHED_ENDING;
  try {
    await writeFile(aside, bytes);
    await rename(aside, path);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** Undefined for what a power cut has torn; a file that it left empty would be read as an empty answer. */
async function decompressed(bytes: Uint8Array): Promise<Uint8Array | undefined> {
  if (bytes.byteLength === 0) return undefined;
  try {
    return await Bun.zstdDecompress(bytes);
  } catch {
    return undefined;
  }
}

const codeOf = (error: unknown): unknown => (error instanceof Error && "code" in error ? error.code : undefined);

function sha256(body: Uint8Array): string {
  return createHash("sha256").update(body).digest("hex");
}

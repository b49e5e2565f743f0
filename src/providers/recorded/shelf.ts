import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { z } from "zod";
import { PermanentError } from "../errors.ts";
import { MAX_ANSWER_BYTES } from "../provider.ts";

/** Stored answers: by key where the folder has an `index.json` (`{"<key>": "<file>"}`), else one file after the other. */
export interface Shelf {
  /** @throws PermanentError when nothing is stored under the key. */
  take(key: string): Promise<Uint8Array>;
}

/** A shelf whose place is opened at the first use, so that only what is used has to exist. */
export function lazyShelf(path: string | undefined): Shelf {
  let opened: Promise<Shelf> | undefined;
  return {
    take: async (key) => {
      if (path === undefined) return nothingStored(key);
      opened ??= openShelf(path);
      return (await opened).take(key);
    },
  };
}

const INDEX = "index.json";
const indexSchema = z.record(z.string(), z.string());

/**
 * `path` is a folder, or a single file that answers everything.
 * @throws when there is no such path, or its index is not of that form.
 */
async function openShelf(path: string): Promise<Shelf> {
  if (!(await stat(path)).isDirectory()) return { take: () => readStored(path) };
  const names = (await readdir(path)).sort();
  if (names.includes(INDEX)) return keyedShelf(path, indexSchema.parse(await Bun.file(join(path, INDEX)).json()));
  return roundRobinShelf(path, names.filter(isAnswer));
}

function keyedShelf(folder: string, index: Record<string, string>): Shelf {
  return {
    take: (key) => {
      const file = Object.hasOwn(index, key) ? index[key] : undefined;
      return file === undefined ? nothingStored(key) : readStored(join(folder, file));
    },
  };
}

function roundRobinShelf(folder: string, files: string[]): Shelf {
  let next = 0;
  return {
    take: (key) => {
      const file = files[next++ % files.length];
      return file === undefined ? nothingStored(key) : readStored(join(folder, file));
    },
  };
}

/** `page.truth.json` beside `page.html.gz` says what the page holds: it is no answer itself. */
function isAnswer(name: string): boolean {
  return /\.(html|json)(\.gz)?$/.test(name) && !name.endsWith(".truth.json");
}

async function readStored(path: string): Promise<Uint8Array> {
  const bytes = await Bun.file(path).bytes();
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return isGzip ? await promisify(gunzip)(bytes, { maxOutputLength: MAX_ANSWER_BYTES }) : bytes;
}

async function nothingStored(key: string): Promise<never> {
  throw new PermanentError(`No answer is recorded for ${key}.`, { code: "http_error", billing: "not_billed" });
}

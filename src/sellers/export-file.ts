import { open, rename, rm, stat } from "node:fs/promises";
import { extname, resolve } from "node:path";
import type { Sql } from "../db/client.ts";
import { EXIT, Failure } from "../exit.ts";
import type { OrganisationId, RunId } from "../ids.ts";
import { type ExportFormat, exportSellers } from "./export.ts";

const BY_ENDING: Record<string, ExportFormat> = {
  ".csv": "csv",
  ".json": "json",
  ".ndjson": "ndjson",
  ".jsonl": "ndjson",
  ".txt": "text",
};

/** @throws Failure when the file's ending says no format. */
export function exportFormatOf(file: string): ExportFormat {
  const format = BY_ENDING[extname(file).toLowerCase()];
  if (format) return format;
  throw new Failure(EXIT.usage, `${file}: the ending says no format; use .csv, .json, .ndjson or .txt.`);
}

/**
 * Finds out before there is anything to lose whether an export can be written there.
 * @throws Failure when it cannot.
 */
export async function checkExportPath(file: string): Promise<void> {
  exportFormatOf(file);
  const path = resolve(file);
  try {
    if ((await stat(path).catch(() => undefined))?.isDirectory()) throw new Failure(EXIT.usage, `${path} is a folder.`);
    await (await open(`${path}.part`, "w")).close();
    await rm(`${path}.part`);
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

/**
 * Writes the list (or what one run found) to a file and returns its full path. The file appears when it is whole.
 * @throws Failure when it cannot be written there.
 */
export async function exportToFile(
  sql: Sql,
  orgId: OrganisationId,
  file: string,
  runId: RunId | undefined,
  format: ExportFormat = exportFormatOf(file),
): Promise<string> {
  const path = resolve(file);
  const part = `${path}.part`;
  try {
    const out = await open(part, "w");
    try {
      await exportSellers(sql, orgId, optionsFor(format, runId), async (text) => void (await out.write(text)));
    } finally {
      await out.close();
    }
    await rename(part, path);
    return path;
  } catch (error) {
    await rm(part, { force: true });
    throw cannotWrite(path, error);
  }
}

export async function exportToStdout(sql: Sql, orgId: OrganisationId, format: ExportFormat, runId?: RunId) {
  const out = Bun.stdout.writer();
  try {
    await exportSellers(sql, orgId, optionsFor(format, runId), async (text) => {
      out.write(text);
      await out.flush();
    });
    await out.end();
  } catch (error) {
    // Who reads (`head`) has seen enough.
    if (!(isFileError(error) && error.code === "EPIPE")) throw error;
  }
}

const optionsFor = (format: ExportFormat, runId: RunId | undefined) => ({
  format,
  filter: { runId, search: undefined, flagged: undefined, firstSeenAfter: undefined },
  exportedAt: new Date(),
});

function cannotWrite(path: string, error: unknown): unknown {
  if (!isFileError(error)) return error;
  const full = error.code === "ENOSPC" || error.code === "EDQUOT";
  const message = full ? `${path} cannot be written: the disk is full.` : `${path} cannot be written (${error.code}).`;
  return new Failure(full ? EXIT.diskFull : EXIT.cannotWrite, message, { cause: error });
}

const isFileError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && "syscall" in error && "code" in error;

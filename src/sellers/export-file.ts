import { open, rename, rm } from "node:fs/promises";
import { resolve } from "node:path";
import type { Sql } from "../db/client.ts";
import { EXIT, Failure } from "../exit.ts";
import type { OrganisationId, RunId } from "../ids.ts";
import { type ExportFormat, exportSellers } from "./export.ts";
import { formatOf } from "./read-names.ts";

/**
 * Writes the list (or what one run found) to a file and returns its full path. The file appears when it is whole.
 * @throws Failure when it cannot be written there.
 */
export async function exportToFile(
  sql: Sql,
  orgId: OrganisationId,
  file: string,
  runId: RunId | undefined,
  format: ExportFormat = formatOf(file),
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
    if (!isFileError(error)) throw error;
    throw new Failure(EXIT.cannotWrite, `${path} cannot be written (${error.code}).`, { cause: error });
  }
}

export async function exportToStdout(sql: Sql, orgId: OrganisationId, format: ExportFormat, runId?: RunId) {
  const out = Bun.stdout.writer();
  await exportSellers(sql, orgId, optionsFor(format, runId), async (text) => {
    out.write(text);
    await out.flush();
  });
  await out.end();
}

const optionsFor = (format: ExportFormat, runId: RunId | undefined) => ({
  format,
  filter: { runId, search: undefined, flagged: undefined, firstSeenAfter: undefined },
  exportedAt: new Date(),
});

const isFileError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && "syscall" in error && "code" in error;

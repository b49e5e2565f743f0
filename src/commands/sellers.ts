import type { Config } from "../config.ts";
import { EXIT, type ExitCode, Failure } from "../exit.ts";
import { isRunId } from "../ids.ts";
import { exportFormatOf, exportToFile, exportToStdout } from "../sellers/export-file.ts";
import { importNames } from "../sellers/import.ts";
import { type ListFormat, readNames } from "../sellers/read-names.ts";
import { withContext } from "./context.ts";

export async function exportList(
  config: Config,
  file: string | undefined,
  { format, run }: { format?: ListFormat; run?: string },
): Promise<ExitCode> {
  if (run !== undefined && !isRunId(run)) throw new Failure(EXIT.usage, `"${run}" is no run id.`);
  const fileFormat = file === undefined ? undefined : (format ?? exportFormatOf(file));
  return withContext(config, async ({ sql, orgId }) => {
    if (file === undefined) await exportToStdout(sql, orgId, format ?? "csv", run);
    else console.log(await exportToFile(sql, orgId, file, run, fileFormat));
    return EXIT.ok;
  });
}

export async function importList(
  config: Config,
  file: string,
  { dryRun = false, json = false }: { dryRun?: boolean; json?: boolean },
): Promise<ExitCode> {
  if (!(await Bun.file(file).exists())) throw new Failure(EXIT.badInput, `There is no file ${file}.`);
  return withContext(config, async ({ sql, orgId }) => {
    const counts = await importNames(sql, orgId, readNames(file), { dryRun, userName: "command line" });
    const { read, added, known, empty } = counts;
    const what = dryRun ? "would be added" : "added";
    if (json) console.log(JSON.stringify({ ...counts, dry_run: dryRun }));
    else console.log(`${read} names read: ${added} ${what}, ${known} known already, ${empty} empty.`);
    return EXIT.ok;
  });
}

import type { Engine, Outcome } from "../../collector/supervisor.ts";
import { superviseRun } from "../../collector/supervisor.ts";
import type { Config } from "../../config.ts";
import { withOrganisation } from "../../db/client.ts";
import { EXIT, type ExitCode, Failure } from "../../exit.ts";
import { isRunId } from "../../ids.ts";
import { centsToMicros } from "../../money.ts";
import { getPresetNamed } from "../../presets/presets.ts";
import { createRun } from "../../runs/create-run.ts";
import type { Limits } from "../../runs/life-cycle-queries.ts";
import { listAbandoned } from "../../runs/liveness-queries.ts";
import { findNewestOpenRun, findRun, listOpenRuns, type Run } from "../../runs/queries.ts";
import { isFinal } from "../../runs/status.ts";
import { checkExportPath, exportToFile } from "../../sellers/export-file.ts";
import { openEngine } from "../../worker/engine.ts";
import { accountKeyOf, type Context, providerOf, withContext } from "../context.ts";
import { createDisplay, type Display } from "./display.ts";
import { catchSignals, type Interruption } from "./interruption.ts";
import { type CollectOptions, checkSelection } from "./options.ts";
import { readSource } from "./source.ts";
import { summaryText, toSummaryJson } from "./summary.ts";

/** Runs one collection in this process, from its start or from where it stopped. Returns the exit code. */
export async function collect(config: Config, options: CollectOptions): Promise<ExitCode> {
  checkSelection(options);
  if (options.export !== undefined) await checkExportPath(options.export);
  const provider = providerOf(config);
  using interruption = catchSignals();
  // Awaited here: signals are caught until the very end.
  return await withContext(config, async (context) => {
    const { outcome, exported } = await collectOnce({ ...context, provider }, options, interruption);
    const path = exported instanceof Failure ? undefined : exported;
    console.log(options.json ? JSON.stringify(toSummaryJson(outcome.run)) : summaryText(outcome.run, path));
    if (exported instanceof Failure) throw exported;
    return exitCode(outcome, config);
  });
}

export type Collector = Context & Pick<Engine, "provider">;

/**
 * One collection with its live display, and the export where one was asked for. An export that fails takes nothing away
 * from the run: its failure is handed back beside the run's outcome.
 */
export async function collectOnce(
  collector: Collector,
  options: CollectOptions,
  interruption: Interruption,
): Promise<{ outcome: Outcome; exported: string | Failure | undefined }> {
  const display = createDisplay();
  try {
    if (interruption.stop.aborted) throw new Failure(EXIT.interrupted, "Stopped before the run began.");
    const run = options.resume ? await resumable(collector, options) : await newRun(collector, options, display);
    await nameInterrupted(collector, run, display);
    const limits = limitsFor(run, options);
    const outcome = await work(collector, run, display, interruption, limits);
    const { sql, orgId } = collector;
    const exported = options.export && (await exportToFile(sql, orgId, options.export, run.id).catch(asFailure));
    return { outcome, exported: exported || undefined };
  } finally {
    display.close();
  }
}

function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  throw error;
}

async function newRun({ sql, orgId }: Context, options: CollectOptions, display: Display): Promise<Run> {
  const findPreset = (name: string) => withOrganisation(sql, orgId, (tx) => getPresetNamed(tx, name));
  const request = {
    ...(await readSource(options, findPreset, display.say)),
    createdBy: "command line",
    ...(options.name !== undefined && { name: options.name }),
    ...(options.workers !== undefined && { workers: options.workers }),
    ...(options.pages !== undefined && { pagesPerProduct: options.pages }),
    ...(options.bestSellerPages !== undefined && { bestSellerPages: options.bestSellerPages }),
    ...(options.markupMin !== undefined && { markupPercentMin: options.markupMin }),
    ...(options.markupMax !== undefined && { markupPercentMax: options.markupMax }),
    ...(options.budgetCents !== undefined && { budgetCapMicros: centsToMicros(options.budgetCents) }),
    stopAtCap: options.stopAtCap ?? false,
    includeLooseMatches: options.includeLooseMatches ?? false,
  };
  return withOrganisation(sql, orgId, (tx) => createRun(tx, orgId, request, new Date()));
}

/** The run that `--resume` names. */
async function resumable({ sql, orgId }: Context, { resume = "latest" }: CollectOptions): Promise<Run> {
  const run = await withOrganisation(sql, orgId, async (tx) =>
    resume === "latest" ? findNewestOpenRun(tx) : isRunId(resume) ? findRun(tx, resume) : undefined,
  );
  if (!run) {
    const what = resume === "latest" ? "No run is waiting to be resumed." : `There is no run ${resume}.`;
    throw new Failure(EXIT.usage, what);
  }
  if (!isFinal(run.status)) return run;
  throw new Failure(EXIT.usage, `Run ${run.id} is ${run.status}: there is nothing to resume.`);
}

/** What a resume changes; it is changed once nobody else works on the run. */
function limitsFor(run: Run, { resume, budgetCents, workers }: CollectOptions): Limits | undefined {
  if (resume === undefined || (budgetCents === undefined && workers === undefined)) return undefined;
  return {
    budgetCapMicros: budgetCents === undefined ? run.budgetCapMicros : centsToMicros(budgetCents),
    workers: workers ?? run.workers,
  };
}

async function nameInterrupted({ sql, orgId }: Context, mine: Run, display: Display): Promise<void> {
  const [open, abandoned] = await withOrganisation(sql, orgId, (tx) =>
    Promise.all([listOpenRuns(tx), listAbandoned(tx)]),
  );
  for (const run of open) {
    if (run.id === mine.id || !(abandoned.has(run.id) || run.pauseReason === "shutdown")) continue;
    display.say(`Run ${run.id} (${run.name}) was interrupted; go on with: collect --resume ${run.id}`);
  }
}

async function work(
  collector: Collector,
  run: Run,
  display: Display,
  { stop, cut }: Interruption,
  limits: Limits | undefined,
): Promise<Outcome> {
  const onStop = () =>
    display.say("Stopping: calls under way are waited for (at most 20 s). Once more to cut them off.");
  stop.addEventListener("abort", onStop, { once: true });
  const { config } = collector;
  const options = { ...collector, dataDir: config.dataDir, accountKey: accountKeyOf(config) };
  await using engine = await openEngine(options, "collect");
  try {
    return await superviseRun(engine, run.id, { stop, cut, onProgress: display.update }, limits);
  } finally {
    stop.removeEventListener("abort", onStop);
  }
}

/** @throws Failure when the provider was never reached: the address is the first thing to look at. */
function exitCode({ run, providerReached, interrupted }: Outcome, config: Config): ExitCode {
  if (run.status === "completed") return EXIT.ok;
  if (run.status === "failed") return EXIT.runFailed;
  if (run.status === "running") {
    throw new Failure(EXIT.unavailable, `Another process has taken over run ${run.id}: it goes on there.`);
  }
  if (run.pauseReason === "provider" && !providerReached) {
    throw new Failure(
      EXIT.unavailable,
      `The provider at ${new URL(config.oxylabs.baseUrl).origin} cannot be reached (${run.statusMessage}). ` +
        `Check OXYLABS_BASE_URL and the network, then: collect --resume ${run.id}`,
    );
  }
  if (run.pauseReason === "budget") return EXIT.pausedByBudget;
  if (interrupted) return EXIT.interrupted;
  if (run.pauseReason === "shutdown")
    throw new Failure(EXIT.diskFull, `${run.statusMessage} (collect --resume ${run.id})`);
  return EXIT.pausedForPerson;
}

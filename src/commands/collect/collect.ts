import { systemClock } from "../../clock.ts";
import { createRawStore } from "../../collector/raw-store.ts";
import type { Engine, Outcome } from "../../collector/supervisor.ts";
import { superviseRun } from "../../collector/supervisor.ts";
import type { Config } from "../../config.ts";
import { withOrganisation } from "../../db/client.ts";
import { EXIT, type ExitCode, Failure } from "../../exit.ts";
import { isRunId } from "../../ids.ts";
import { centsToMicros } from "../../money.ts";
import { createRun } from "../../runs/create-run.ts";
import { changeLimits, findNewestOpenRun, findRun, listOpenRuns, type Run } from "../../runs/queries.ts";
import { isFinal } from "../../runs/status.ts";
import { exportToFile } from "../../sellers/export-file.ts";
import { type Context, providerOf, withContext } from "../context.ts";
import { createDisplay, type Display } from "./display.ts";
import { type CollectOptions, checkSelection } from "./options.ts";
import { readSource } from "./source.ts";
import { summaryText, toSummaryJson } from "./summary.ts";

/** Runs one collection in this process, from its start or from where it stopped. Returns the exit code. */
export async function collect(config: Config, options: CollectOptions): Promise<ExitCode> {
  checkSelection(options);
  const provider = providerOf(config);
  return withContext(config, async (context) => {
    const { outcome, exportPath } = await collectOnce({ ...context, provider }, options);
    if (options.json) console.log(JSON.stringify(toSummaryJson(outcome.run)));
    else console.log(summaryText(outcome.run, exportPath));
    return exitCode(outcome, config);
  });
}

export type Collector = Context & Pick<Engine, "provider">;

/** One collection with its live display, and the export where one was asked for. */
export async function collectOnce(
  collector: Collector,
  options: CollectOptions,
  onStarted?: (run: Run) => void,
): Promise<{ outcome: Outcome; exportPath: string | undefined }> {
  const display = createDisplay();
  try {
    const run = options.resume ? await resumable(collector, options) : await newRun(collector, options, display);
    await nameInterrupted(collector, run, display);
    onStarted?.(run);
    const outcome = await work(collector, run, display);
    const { sql, orgId } = collector;
    const exportPath = options.export && (await exportToFile(sql, orgId, options.export, run.id));
    return { outcome, exportPath: exportPath || undefined };
  } finally {
    display.close();
  }
}

async function newRun({ sql, orgId }: Context, options: CollectOptions, display: Display): Promise<Run> {
  const source = await readSource(options, display.say);
  const request = {
    source,
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

/** The run that `--resume` names, with its cap and its workers changed where that was asked for. */
async function resumable({ sql, orgId }: Context, options: CollectOptions): Promise<Run> {
  const { resume = "latest", budgetCents, workers } = options;
  return withOrganisation(sql, orgId, async (tx) => {
    const run = resume === "latest" ? await findNewestOpenRun(tx) : isRunId(resume) && (await findRun(tx, resume));
    if (!run) {
      const what = resume === "latest" ? "No run is waiting to be resumed." : `There is no run ${resume}.`;
      throw new Failure(EXIT.usage, what);
    }
    if (isFinal(run.status))
      throw new Failure(EXIT.usage, `Run ${run.id} is ${run.status}: there is nothing to resume.`);
    const changed = await changeLimits(tx, run.id, {
      budgetCapMicros: budgetCents === undefined ? run.budgetCapMicros : centsToMicros(budgetCents),
      workers: workers ?? run.workers,
    });
    if (changed) return changed;
    throw new Failure(EXIT.usage, `--budget-cents ${budgetCents} is below what run ${run.id} has spent already.`);
  });
}

async function nameInterrupted({ sql, orgId }: Context, mine: Run, display: Display): Promise<void> {
  const open = await withOrganisation(sql, orgId, listOpenRuns);
  for (const run of open) {
    if (run.id === mine.id || (run.status === "paused" && run.pauseReason !== "shutdown")) continue;
    display.say(`Run ${run.id} (${run.name}) was interrupted; go on with: collect --resume ${run.id}`);
  }
}

async function work(collector: Collector, run: Run, display: Display): Promise<Outcome> {
  const stop = new AbortController();
  const cut = new AbortController();
  const onSignal = () => {
    if (stop.signal.aborted) return cut.abort();
    display.say("Stopping: calls under way are waited for (at most 20 s). Once more to cut them off.");
    stop.abort();
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  const engine: Engine = {
    ...collector,
    rawStore: createRawStore(`${collector.config.dataDir}/raw`),
    clock: systemClock,
    random: Math.random,
  };
  try {
    return await superviseRun(engine, run.id, { stop: stop.signal, cut: cut.signal, onProgress: display.update });
  } finally {
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  }
}

/** @throws Failure when the provider was never reached: the address is the first thing to look at. */
function exitCode({ run, providerReached, interrupted }: Outcome, config: Config): ExitCode {
  if (run.status === "completed") return EXIT.ok;
  if (run.status === "failed") return EXIT.runFailed;
  if (run.pauseReason === "provider" && !providerReached) {
    throw new Failure(
      EXIT.unavailable,
      `The provider at ${config.oxylabs.baseUrl} cannot be reached (${run.statusMessage}). ` +
        `Check OXYLABS_BASE_URL and the network, then: collect --resume ${run.id}`,
    );
  }
  if (run.pauseReason === "budget") return EXIT.pausedByBudget;
  if (interrupted) return EXIT.interrupted;
  if (run.pauseReason === "shutdown")
    throw new Failure(EXIT.diskFull, `${run.statusMessage} (collect --resume ${run.id})`);
  return EXIT.pausedForPerson;
}

import type { Tx } from "../db/client.ts";
import { AppError, ConflictError, IllegalTransitionError, NotFoundError } from "../errors.ts";
import { isRunId, type OrganisationId } from "../ids.ts";
import { formatUsd } from "../money.ts";
import { getSettings } from "../settings/settings.ts";
import { listLanes } from "./lane-queries.ts";
import {
  changeLimits,
  countOpenRuns,
  findInFlight,
  type InFlight,
  type Limits,
  type Move,
  reopenFailedItems,
} from "./life-cycle-queries.ts";
import { lockRun, type Run } from "./queries.ts";
import { changeStatus } from "./segment.ts";
import { COMMANDS, type RunCommand } from "./status.ts";

export interface Moved {
  run: Run;
  /** What is still under way, and what it may still cost. */
  inFlight: InFlight;
}

/** @throws NotFoundError | IllegalTransitionError, as all of these do */
export async function startRun(tx: Tx, orgId: OrganisationId, id: string): Promise<Run> {
  return (await command(tx, orgId, id, "start")).run;
}

/** No further item is taken; calls under way end, and what they bring is kept. */
export function pauseRun(tx: Tx, orgId: OrganisationId, id: string): Promise<Moved> {
  return command(tx, orgId, id, "pause", { pauseReason: "manual", message: "Paused by hand." });
}

/**
 * Goes on, where asked for with another cap or number of workers.
 * @throws AppError 422 for a cap below what is spent; ConflictError while calls of before the pause are still under way
 */
export async function resumeRun(tx: Tx, orgId: OrganisationId, id: string, limits: Partial<Limits> = {}): Promise<Run> {
  const run = await lockCommanded(tx, id, "resume");
  await refuseWhileWorkedOn(tx, run, "still_pausing", "The run is still being paused");
  await applyLimits(tx, run, limits);
  return (await command(tx, orgId, id, "resume")).run;
}

/** Ends a paused run as completed; what it has left to do is skipped. */
export async function finishRun(tx: Tx, orgId: OrganisationId, id: string): Promise<Moved> {
  return command(tx, orgId, id, "finish", { message: "Finished before all of it was done." });
}

export function cancelRun(tx: Tx, orgId: OrganisationId, id: string): Promise<Moved> {
  return command(tx, orgId, id, "cancel", { message: "Cancelled." });
}

/**
 * Tries failed items of an ended run again, all or those named.
 * @throws ConflictError when none of them has failed, or calls of before the end are still under way
 */
export async function retryFailed(
  tx: Tx,
  orgId: OrganisationId,
  id: string,
  itemIds?: readonly string[],
): Promise<{ run: Run; retried: number }> {
  const run = await lockCommanded(tx, id, "retry-failed");
  // What it has left to do is given up when the last lane leaves: until then it would come back with the failed items.
  await refuseWhileWorkedOn(tx, run, "still_ending", "The run has ended, but calls are still under way");
  await refuseTooManyRuns(tx);
  const retried = await reopenFailedItems(tx, run.id, itemIds);
  if (retried === 0)
    throw new ConflictError("nothing_failed", "None of these items has failed: there is nothing to retry.");
  return { run: (await command(tx, orgId, id, "retry-failed")).run, retried };
}

/** @throws AppError 429 when as many runs are open as the settings allow */
export async function refuseTooManyRuns(tx: Tx): Promise<void> {
  const open = await countOpenRuns(tx);
  const { maxConcurrentRuns } = await getSettings(tx);
  if (open < maxConcurrentRuns) return;
  throw new AppError(
    429,
    "concurrent_limit",
    `${open} runs are pending, running or paused, and ${maxConcurrentRuns} are allowed (max_concurrent_runs). ` +
      "Finish or cancel one first.",
  );
}

async function command(
  tx: Tx,
  orgId: OrganisationId,
  id: string,
  name: RunCommand,
  how: Omit<Move, "to" | "from"> = {},
): Promise<Moved> {
  const before = await lockCommanded(tx, id, name);
  const inFlight = await findInFlight(tx, before.id);
  const { from, to } = COMMANDS[name];
  const run = await changeStatus(tx, orgId, before.id, { ...how, from, to });
  if (!run) throw illegal(before, name);
  return { run, inFlight };
}

async function lockCommanded(tx: Tx, id: string, name: RunCommand): Promise<Run> {
  const run = isRunId(id) ? await lockRun(tx, id) : undefined;
  if (!run) throw new NotFoundError("run");
  if (!COMMANDS[name].from.some((status) => status === run.status)) throw illegal(run, name);
  return run;
}

function illegal(run: Run, name: RunCommand): IllegalTransitionError {
  const { from, to, done } = COMMANDS[name];
  return new IllegalTransitionError(run.status, to, `Only a ${EITHER.format(from)} run can be ${done}.`);
}

const EITHER = new Intl.ListFormat("en", { type: "disjunction" });

/** A pause or an end is over when nobody works on the run any more; before that nothing can be started anew. */
async function refuseWhileWorkedOn(tx: Tx, run: Run, code: string, detail: string): Promise<void> {
  if ((await listLanes(tx, run.id)).length === 0) return;
  const { calls } = await findInFlight(tx, run.id);
  throw new ConflictError(code, `${detail}: at most ${calls} calls are under way. Try again in a moment.`, {
    calls_in_flight: calls,
  });
}

async function applyLimits(tx: Tx, run: Run, { budgetCapMicros, workers }: Partial<Limits>): Promise<void> {
  if (budgetCapMicros === undefined && workers === undefined) return;
  const limits = { budgetCapMicros: budgetCapMicros ?? run.budgetCapMicros, workers: workers ?? run.workers };
  if (await changeLimits(tx, run.id, limits)) return;
  const spent = formatUsd(run.spentMicros + run.reservedMicros);
  const detail = `The cap must not lie below what the run has spent already (${spent}).`;
  throw new AppError(422, "cap_below_spent", detail, { fields: [{ path: "budget_cap_cents", message: detail }] });
}

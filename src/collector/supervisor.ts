import type { Clock } from "../clock.ts";
import { type Sql, withOrganisation } from "../db/client.ts";
import { IllegalTransitionError } from "../errors.ts";
import { EXIT, Failure } from "../exit.ts";
import type { OrganisationId, RunId } from "../ids.ts";
import type { Log } from "../log.ts";
import type { Provider } from "../providers/provider.ts";
import { changeLimits, findRun, type Limits, type Move, type Run } from "../runs/queries.ts";
import { beginSegment, endSegment } from "../runs/segment.ts";
import { Breaker } from "./breaker.ts";
import type { CallResult } from "./call.ts";
import { Health } from "./health.ts";
import { type LaneEnding, runLane } from "./lane.ts";
import type { RawStore } from "./raw-store.ts";
import { type Desk, openDesk } from "./reading/reading.ts";
import { recoverOpenCalls } from "./recovery.ts";
import { holdRun } from "./run-lock.ts";

export interface Engine {
  sql: Sql;
  orgId: OrganisationId;
  provider: Provider;
  rawStore: RawStore;
  /** Where answers are kept and read; by default in this thread. */
  desk?: Desk;
  clock: Clock;
  random: () => number;
  log: Log;
}

export interface Watch {
  /** Aborted: stop taking items, let calls under way end. */
  stop: AbortSignal;
  /** Aborted: give calls under way up too. */
  cut: AbortSignal;
  onProgress(run: Run, results: CallResult[]): void;
}

/** Where the run stands when this process is done with it. */
export interface Outcome {
  run: Run;
  /** False when not one call of this process brought an answer: the provider could not be reached at all. */
  providerReached: boolean;
  /** Whether it was asked to stop. */
  interrupted: boolean;
}

/**
 * Works on a run until it is final or waits for a person. A provider that is down pauses the run and is tried again at
 * growing intervals, unless it has never been reached: then a person should look at the address first.
 * @throws Failure when another process works on the run; IllegalTransitionError when it cannot be started (again).
 */
export async function superviseRun(engine: Engine, runId: RunId, watch: Watch, limits?: Limits): Promise<Outcome> {
  const health = new Health(new Breaker(), engine.random);
  for (let changes = limits; ; changes = undefined) {
    const run = await holdAndWork(engine, runId, health, watch, changes);
    watch.onProgress(run, []);
    const until = run.pauseReason === "provider" && health.everReached ? run.retryAt : null;
    if (until) await engine.clock.sleep(until.getTime() - engine.clock.now().getTime(), watch.stop);
    const interrupted = watch.stop.aborted;
    if (!until || interrupted) return { run, providerReached: health.everReached, interrupted };
  }
}

/** The lock is held for the segment: a wait for the provider does not keep others from the run. */
async function holdAndWork(engine: Engine, runId: RunId, health: Health, watch: Watch, limits?: Limits): Promise<Run> {
  await using _lock = await holdRun(engine.sql, runId, engine.clock);
  if (limits && !(await withOrganisation(engine.sql, engine.orgId, (tx) => changeLimits(tx, runId, limits)))) {
    throw new Failure(EXIT.usage, `The new cap is below what run ${runId} has spent already.`);
  }
  // Awaited here: the lock is held until the segment has ended.
  return await workSegment(engine, runId, health, watch);
}

async function workSegment(engine: Engine, runId: RunId, health: Health, watch: Watch): Promise<Run> {
  const { sql, orgId, clock } = engine;
  const run = await withOrganisation(sql, orgId, (tx) => beginSegment(tx, orgId, runId));
  if (!run?.entryId) throw new IllegalTransitionError((await currentRun(engine, runId)).status, "running");
  const owner = { orgId, runId, epoch: run.epoch };
  watch.onProgress(run, []);

  const desk = engine.desk ?? openDesk(engine.rawStore, engine.provider);
  const lane = { ...engine, ...watch, desk, owner, entryId: run.entryId, run, health, onCommitted: watch.onProgress };
  try {
    const moment = { now: clock.now(), random: engine.random };
    const recovered = await recoverOpenCalls({ ...engine, owner, run }, moment);
    if (recovered.length > 0) engine.log.info({ run: runId, calls: recovered.length }, "recovering calls left open");
    return await conclude(engine, run, await runLane(lane, recovered));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    await conclude(engine, run, { kind: "paused", reason: "shutdown", message }).catch(() => undefined);
    throw error;
  }
}

/** Brings the run into the state that the lane's ending stands for. */
async function conclude(engine: Engine, run: Run, ending: LaneEnding): Promise<Run> {
  const { sql, orgId } = engine;
  const ended = await withOrganisation(sql, orgId, async (tx) => {
    const now = await findRun(tx, run.id);
    if (ending.kind === "not_ours" || now?.epoch !== run.epoch) return now;
    return endSegment(tx, orgId, now, moveOf(ending, now, engine.clock));
  });
  return ended ?? currentRun(engine, run.id);
}

function moveOf(ending: Exclude<LaneEnding, { kind: "not_ours" }>, run: Run, clock: Clock): Move {
  if (ending.kind === "drained") {
    const nothingWorked = run.failedItems > 0 && run.completedItems === 0;
    return nothingWorked ? { to: "failed", message: "Not one item could be done." } : { to: "completed" };
  }
  const { reason, message, scope, retryAfterMs } = ending;
  return {
    to: "paused",
    pauseReason: reason,
    message,
    ...(scope && { budgetScope: scope }),
    ...(retryAfterMs !== undefined && { retryAt: new Date(clock.now().getTime() + retryAfterMs) }),
  };
}

async function currentRun({ sql, orgId }: Engine, runId: RunId): Promise<Run> {
  const run = await withOrganisation(sql, orgId, (tx) => findRun(tx, runId));
  if (!run) throw new Error(`run ${runId} is gone`);
  return run;
}

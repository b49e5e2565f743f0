import type { AlarmClock } from "../clock.ts";
import { type Sql, withOrganisation } from "../db/client.ts";
import { persist } from "../db/retry.ts";
import { IllegalTransitionError } from "../errors.ts";
import { EXIT, Failure } from "../exit.ts";
import type { OrganisationId, RunId } from "../ids.ts";
import type { Log } from "../log.ts";
import type { Provider } from "../providers/provider.ts";
import { listLanes } from "../runs/lane-queries.ts";
import { changeLimits, type Limits } from "../runs/life-cycle-queries.ts";
import { findRun, lockRun, type Run } from "../runs/queries.ts";
import { changeStatus } from "../runs/segment.ts";
import type { Account } from "./account.ts";
import type { CallResult } from "./call.ts";
import { Lane } from "./lane.ts";
import { leaveLane, type TakenLane, takeLane } from "./lanes.ts";
import type { RawStore } from "./raw-store.ts";
import { type Desk, openDesk } from "./reading/reading.ts";
import { recoverOpenCalls } from "./recovery.ts";
import { Timers } from "./timers.ts";

export interface Engine {
  sql: Sql;
  orgId: OrganisationId;
  /** This process; it is alive as long as it holds its lock (see `worker/presence.ts`). */
  processId: string;
  provider: Provider;
  account: Account;
  /** Under which the account is known to other processes. */
  accountKey: string;
  rawStore: RawStore;
  /** Where answers are kept and read; by default in this thread. */
  desk?: Desk;
  clock: AlarmClock;
  random: () => number;
  log: Log;
}

export interface Watch {
  /** Aborted: stop taking items, let calls under way end. */
  stop: AbortSignal;
  /** Aborted: give calls under way up too. */
  cut: AbortSignal;
  onProgress(run: Run, results: CallResult[]): void;
  /** A lane of this process begins its work. */
  onLane?(lane: Lane): void;
}

/** Where the run stands when this process is done with it. */
export interface Outcome {
  run: Run;
  /** False when not one call of this process brought an answer: the provider could not be reached at all. */
  providerReached: boolean;
  /** Whether it was asked to stop. */
  interrupted: boolean;
}

/** How often a lane says that it is there. */
const HEARTBEAT_MS = 5_000;
/** The database needs a moment to notice that a process has died, and to free what it held. */
const PATIENCE_MS = 3_000;
const RETRY_MS = 50;
/** How often a run is looked at that another process works on. */
const FOLLOW_MS = 1_000;

/**
 * Works on a run, alone, until it is final or waits for a person. A provider that is down pauses the run and is tried
 * again at growing intervals, unless it has never been reached: then a person should look at the address first.
 * @throws Failure when another process works on the run; IllegalTransitionError when it cannot be started (again).
 */
export async function superviseRun(engine: Engine, runId: RunId, watch: Watch, limits?: Limits): Promise<Outcome> {
  const { account, clock } = engine;
  let taken: TakenLane | undefined = await takeAlone(engine, runId, limits);
  for (;;) {
    const run: Run = taken ? await workLane(engine, taken, watch) : await currentRun(engine, runId);
    const until = run.pauseReason === "provider" && account.everReached ? run.retryAt : null;
    if (until) await clock.sleep(until.getTime() - clock.now().getTime(), watch.stop);
    const interrupted = watch.stop.aborted;
    if (!until || interrupted) return { run, providerReached: account.everReached, interrupted };
    taken = await takeAgain(engine, runId, watch);
  }
}

/** After a wait: a serving process may have gone on with the run meanwhile; then it is left to it, and followed. */
async function takeAgain(engine: Engine, runId: RunId, watch: Watch): Promise<TakenLane | undefined> {
  while (!watch.stop.aborted) {
    const run = await currentRun(engine, runId);
    if (run.status !== "running" && run.pauseReason !== "provider") return undefined;
    const taken = await tryTakeAlone(engine, runId, undefined);
    if (taken) return taken;
    watch.onProgress(run, []);
    await engine.clock.sleep(FOLLOW_MS, watch.stop);
  }
  return undefined;
}

/** Works on a lane to its end, whatever that is, and leaves it. @throws what kept results from being written */
export async function workLane(engine: Engine, taken: TakenLane, watch: Watch): Promise<Run> {
  const { clock, random, log, rawStore, provider } = engine;
  watch.onProgress(taken.run, []);
  const moment = { now: clock.now(), random };
  if (taken.open.length > 0) log.info({ run: taken.run.id, calls: taken.open.length }, "recovering calls left open");
  const recovered = await recoverOpenCalls(taken.open, { run: taken.run, provider, rawStore, moment });

  const desk = engine.desk ?? openDesk(rawStore, provider);
  const lane = new Lane({ ...engine, ...watch, desk, taken, onCommitted: watch.onProgress });
  watch.onLane?.(lane);
  const timers = new Timers(clock);
  timers.every(HEARTBEAT_MS, () => void lane.look());
  try {
    const ending = await lane.work(recovered);
    const left = await leave(engine, taken, ending);
    watch.onProgress(left, []);
    return left;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    await leave(engine, taken, { kind: "paused", reason: "shutdown", message }).catch(() => undefined);
    throw error;
  } finally {
    timers.clear();
  }
}

async function leave(engine: Engine, { owner }: TakenLane, ending: Parameters<typeof leaveLane>[3]): Promise<Run> {
  const { sql, clock, processId } = engine;
  const left = await persist(clock, () => leaveLane(sql, owner, processId, ending, clock.now()));
  return left ?? currentRun(engine, owner.runId);
}

async function currentRun({ sql, orgId, clock }: Engine, runId: RunId): Promise<Run> {
  const run = await persist(clock, () => withOrganisation(sql, orgId, (tx) => findRun(tx, runId)));
  if (!run) throw new Error(`run ${runId} is gone`);
  return run;
}

/** Takes all of the run, from whatever state it may be started or resumed from. */
async function takeAlone(engine: Engine, runId: RunId, limits: Limits | undefined): Promise<TakenLane> {
  const { clock } = engine;
  const deadline = clock.monotonic() + PATIENCE_MS;
  for (;;) {
    const taken = await tryTakeAlone(engine, runId, limits);
    if (taken) return taken;
    if (clock.monotonic() > deadline) {
      throw new Failure(EXIT.unavailable, `Another process is working on run ${runId}. Wait for it, or stop it first.`);
    }
    await clock.sleep(RETRY_MS);
  }
}

async function tryTakeAlone(engine: Engine, runId: RunId, limits: Limits | undefined): Promise<TakenLane | undefined> {
  const { sql, orgId, processId, accountKey: account, clock } = engine;
  if (!(await persist(clock, () => beginAlone(engine, runId, limits)))) return undefined;
  const member = { orgId, runId, processId, account };
  return persist(clock, () => takeLane(sql, member, (free, others) => (others.length > 0 ? undefined : free)));
}

/** False while another process works on the run: nothing is changed then. */
async function beginAlone(engine: Engine, runId: RunId, limits: Limits | undefined): Promise<boolean> {
  const { sql, orgId, processId } = engine;
  return withOrganisation(sql, orgId, async (tx) => {
    const run = await lockRun(tx, runId);
    if (!run) throw new Error(`run ${runId} is gone`);
    if ((await listLanes(tx, runId)).some((lane) => lane.alive && lane.processId !== processId)) return false;
    if (limits && !(await changeLimits(tx, runId, limits))) {
      throw new Failure(EXIT.usage, `The new cap is below what run ${runId} has spent already.`);
    }
    if (run.status === "running") return true;
    if (!(await changeStatus(tx, orgId, runId, { to: "running", from: ["pending", "paused", "failed"] }))) {
      throw new IllegalTransitionError(run.status, "running");
    }
    return true;
  });
}

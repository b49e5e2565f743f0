import type { Lane } from "../collector/lane.ts";
import { adoptDeadLanes, resizeOwnLane, takeLane } from "../collector/lanes.ts";
import { recoverOpenCalls } from "../collector/recovery.ts";
import { type Engine, type Watch, workLane } from "../collector/supervisor.ts";
import { withOrganisation } from "../db/client.ts";
import type { RunId } from "../ids.ts";
import type { Run } from "../runs/queries.ts";
import { changeStatus } from "../runs/segment.ts";
import { AccountKeeper } from "./account-keeper.ts";
import { type Decision, decide } from "./decide.ts";
import { findPeers, holdAndListOpenWork, type OpenWork } from "./dispatch-queries.ts";
import type { OpenEngine } from "./engine.ts";

/** While runs run: how soon a dead process' lanes are taken over. */
const BUSY_MS = 1_000;
/** Otherwise a notice wakes it; looked at all the same, now and then, in case one was missed. */
const IDLE_MS = 20_000;

/**
 * Lets this process work on whatever runs there are: takes its part of each, takes over what dead or frozen processes
 * held, and lets runs go on that wait for their provider, for a process or for a new month. The tables are the truth:
 * it keeps nothing but its own lanes, and looks again whenever a run has moved.
 */
export class Dispatcher {
  readonly #engine: OpenEngine;
  readonly #keeper: AccountKeeper;
  readonly #stop = new AbortController();
  readonly #cut = new AbortController();
  readonly #since: Date;
  /** The lanes of this process, by run. */
  readonly #lanes = new Map<RunId, { lane?: Lane; done: Promise<void> }>();
  #nudge = new AbortController();
  #looping: Promise<void> | undefined;
  #listening: Promise<{ unlisten(): Promise<void> }> | undefined;

  constructor(engine: OpenEngine) {
    this.#engine = engine;
    this.#keeper = new AccountKeeper(engine);
    this.#since = engine.startedAt;
  }

  start(): void {
    this.#looping = this.#loop();
    // Called again after each reconnect, when notices may have been missed.
    this.#listening = this.#engine.sql.listen(
      "run_moved",
      (runId) => this.#moved(runId as RunId),
      () => this.#wake(),
    );
    this.#listening.catch(() => undefined);
  }

  /** Takes nothing new, and waits for its lanes: calls under way have their grace. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wake();
    await this.#looping;
    await Promise.all([...this.#lanes.values()].map(({ done }) => done));
    await this.#listening?.then(({ unlisten }) => unlisten()).catch(() => undefined);
  }

  /** Gives calls under way up too. */
  cut(): void {
    this.#cut.abort();
  }

  async #loop(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const busy = await this.#look().catch((error) => this.#lookFailed(error));
      await this.#engine.clock.sleep(busy ? BUSY_MS : IDLE_MS, this.#nudge.signal);
      this.#nudge = new AbortController();
    }
  }

  #wake(): void {
    this.#nudge.abort();
  }

  #moved(runId: RunId): void {
    void this.#lanes.get(runId)?.lane?.look();
    this.#wake();
  }

  /** The database is away: tried again soon, so that its lock is taken again as soon as it is back. */
  #lookFailed(error: unknown): boolean {
    this.#engine.log.warn({ err: error }, "the runs could not be looked at");
    return true;
  }

  /** Does what is to be done now; true while runs run. */
  async #look(): Promise<boolean> {
    const { sql, presence, clock, accountKey } = this.#engine;
    const work = await presence.holdWith(holdAndListOpenWork);
    if (work.length === 0) return this.#lanes.size > 0;
    const [peers, account] = [await findPeers(sql), await this.#keeper.state()];
    const situation = { now: clock.now(), since: this.#since, peers, account: { key: accountKey, ...account } };
    for (const one of work) await this.#do(one, decide(this.#asKnown(one), situation));
    return (
      this.#lanes.size > 0 || work.some((one) => one.status === "running" || one.dead > 0) || soon(work, situation.now)
    );
  }

  /** A lane of ours that we know nothing of, because the reply to its taking was lost, is as good as dead. */
  #asKnown(work: OpenWork): OpenWork {
    if (work.mine === 0 || this.#lanes.has(work.runId)) return work;
    return { ...work, busy: Math.max(0, work.busy - work.mine), dead: work.dead + 1, mine: 0 };
  }

  async #do(work: OpenWork, decision: Decision): Promise<void> {
    if (this.#stop.signal.aborted || decision.kind === "nothing") return;
    if (decision.kind === "resize") return this.#resize(work, decision.workers);
    if (decision.kind === "adopt") return this.#adopt(work);
    if (decision.kind === "take") return this.#take(work, decision.workers);
    if (decision.kind === "resume") return void (await this.#resume(work));
    if (await this.#keeper.mayProbe()) return this.#probe(work);
  }

  async #probe(work: OpenWork): Promise<void> {
    let resumed: Run | undefined;
    try {
      resumed = await this.#resume(work);
    } finally {
      if (!resumed) await this.#keeper.endProbe();
    }
  }

  async #resume({ orgId, runId, pauseReason }: OpenWork): Promise<Run | undefined> {
    // Unless somebody has paused it for another reason since it was looked at.
    const resume = {
      to: "running",
      from: ["paused"],
      ...(pauseReason && { whilePausedFor: pauseReason }),
    } as const;
    const run = await withOrganisation(this.#engine.sql, orgId, (tx) => changeStatus(tx, orgId, runId, resume));
    this.#wake();
    return run;
  }

  async #adopt({ orgId, runId }: OpenWork): Promise<void> {
    const { sql, processId, provider, rawStore, clock, random, log } = this.#engine;
    await this.#lanes.get(runId)?.lane?.adopt(async () => {
      const adopted = await adoptDeadLanes(sql, clock, { orgId, runId, processId });
      if (!adopted) return [];
      log.info({ run: runId, calls: adopted.open.length }, "taking over what a dead process left open");
      const moment = { now: clock.now(), random };
      return recoverOpenCalls(adopted.open, { run: adopted.run, provider, rawStore, moment });
    });
  }

  async #resize({ orgId, runId }: OpenWork, workers: number): Promise<void> {
    await resizeOwnLane(this.#engine.sql, { orgId, runId, processId: this.#engine.processId }, workers);
    await this.#lanes.get(runId)?.lane?.look();
  }

  async #take({ orgId, runId }: OpenWork, workers: number): Promise<void> {
    if (this.#lanes.has(runId)) return;
    const { sql, processId, accountKey: account } = this.#engine;
    const most = this.#keeper.isProbing ? Math.min(1, workers) : workers;
    const taken = await takeLane(sql, { orgId, runId, processId, account }, () => most);
    if (!taken) return;
    const entry: { lane?: Lane; done: Promise<void> } = { done: Promise.resolve() };
    this.#lanes.set(runId, entry);
    const watch: Watch = {
      stop: this.#stop.signal,
      cut: this.#cut.signal,
      onProgress: () => void this.#keeper.noteAnswers(),
      onLane: (lane) => {
        entry.lane = lane;
      },
    };
    const engine: Engine = { ...this.#engine, orgId };
    entry.done = workLane(engine, taken, watch)
      .then((run) => this.#ended(run))
      .finally(() => this.#keeper.endProbe())
      .catch((error) => this.#engine.log.error({ err: error, run: runId }, "a lane ended with an error"))
      .finally(() => {
        this.#lanes.delete(runId);
        this.#wake();
      });
  }

  /** A provider that failed one run fails all of the account. */
  async #ended(run: Run): Promise<void> {
    if (run.status === "paused" && run.pauseReason === "provider") await this.#keeper.opened(run);
  }
}

/** Whether a run waits for a time that is near. */
function soon(work: OpenWork[], now: Date): boolean {
  return work.some(
    ({ status, retryAt }) => status === "paused" && retryAt && retryAt.getTime() - now.getTime() < IDLE_MS,
  );
}

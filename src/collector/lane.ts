import type { Clock } from "../clock.ts";
import type { Sql } from "../db/client.ts";
import { ProviderError } from "../providers/errors.ts";
import type { Provider } from "../providers/provider.ts";
import type { Run } from "../runs/queries.ts";
import type { BudgetScope, PauseReason } from "../runs/status.ts";
import { AnswerReader } from "./answer-reader.ts";
import type { CallResult, Intent } from "./call.ts";
import { type Claimed, claim } from "./claim.ts";
import { SupersededError } from "./commit.ts";
import { Committer } from "./committer.ts";
import type { Health } from "./health.ts";
import { resultOf, send } from "./paid-call.ts";
import type { Owner } from "./queries.ts";
import type { Desk } from "./reading/reading.ts";
import { notSent, possiblyBilled, resultOfError } from "./stages/outcome.ts";
import { STORE_FRESH_MS, StorePulse } from "./store-pulse.ts";
import { Timers } from "./timers.ts";

/** Bodies that wait to be read, together; more would cost memory without making anything faster. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;
const MAX_UNWRITTEN = 128;
/** What a stop waits for calls that are under way. */
const GRACE_MS = 20_000;
const LOOK_AGAIN_MS = 1_000;

export interface LaneOptions {
  sql: Sql;
  owner: Owner;
  entryId: string;
  run: Run;
  provider: Provider;
  desk: Desk;
  health: Health;
  clock: Clock;
  random: () => number;
  /** Aborted: no new items; calls under way get their grace. */
  stop: AbortSignal;
  /** Aborted: calls under way are given up and booked as possibly billed. */
  cut: AbortSignal;
  onCommitted(run: Run, results: CallResult[]): void;
}

export type LaneEnding =
  /** Nothing is left to do. */
  | { kind: "drained" }
  | { kind: "paused"; reason: PauseReason; message: string; scope?: BudgetScope; retryAfterMs?: number }
  /** Somebody else has paused, ended or taken over the run. */
  | { kind: "not_ours" };

/**
 * Works on the run until nothing is left, a reason to pause comes up, or `stop` aborts; ends with no call under way, no
 * reservation open and everything written.
 * @throws whatever kept results from being written.
 */
export function runLane(options: LaneOptions, recovered: CallResult[]): Promise<LaneEnding> {
  return new Lane(options).run(recovered);
}

/**
 * One pool of workers on one run. Everything happens in turns: whatever ends (a claim, a call, a commit, a wait) calls
 * `#turn`, which starts what can be started and notices when nothing is left.
 */
class Lane {
  readonly #o: LaneOptions;
  readonly #committer: Committer;
  readonly #reader: AnswerReader;
  readonly #finished = Promise.withResolvers<LaneEnding>();
  readonly #cut = new AbortController();
  readonly #timers = new Timers();
  readonly #store: StorePulse;
  #ready: Intent[] = [];
  #inFlight = 0;
  #claiming = false;
  /** The last claim found nothing more; cleared by whatever may bring new work. */
  #dry = false;
  #shortOf: BudgetScope | undefined;
  #unfinished = Number.POSITIVE_INFINITY;
  #ending: LaneEnding | undefined;
  #failure: { error: unknown } | undefined;

  constructor(options: LaneOptions) {
    const { sql, desk, run, clock } = options;
    this.#o = options;
    this.#store = new StorePulse(sql, clock);
    this.#committer = new Committer({
      ...options,
      onCommitted: (now, results) => this.#committed(now, results),
      onWritten: () => this.#lookAgainIn(0),
      onFailed: (error) => this.#fail(error),
    });
    this.#reader = new AnswerReader({
      desk,
      onRead: (intent, reading, receipt) => this.#take(resultOf(run, intent, reading, receipt, this.#moment())),
      onStoreFailed: (error) => this.#end(pausedForDisk(error)),
      onFailed: (error) => this.#fail(error),
    });
  }

  async run(recovered: CallResult[]): Promise<LaneEnding> {
    const { stop, cut } = this.#o;
    const onStop = () => {
      this.#end({ kind: "paused", reason: "shutdown", message: "Stopped before it was done." });
      // Only who asks for a stop waits for it: at any other pause calls under way may take their time, they are paid.
      this.#timers.after(GRACE_MS, () => this.#cut.abort());
    };
    const onCut = () => this.#cut.abort();
    stop.addEventListener("abort", onStop, { once: true });
    cut.addEventListener("abort", onCut, { once: true });
    if (stop.aborted) onStop();
    if (recovered.length > 0) this.#committer.add(...recovered);
    this.#turn();
    try {
      return await this.#finished.promise;
    } finally {
      stop.removeEventListener("abort", onStop);
      cut.removeEventListener("abort", onCut);
      this.#timers.clear();
    }
  }

  #turn(): void {
    if (!this.#ending) {
      this.#launch();
      if (this.#wantsClaim) void this.#claim();
    }
    if (this.#idle) this.#settle();
  }

  /** Starts as many calls as there are free workers, paid intents and room for their answers. */
  #launch(): void {
    const { clock, health, run } = this.#o;
    const now = clock.monotonic();
    const hold = health.holdMs(now);
    if (hold > 0) return this.#wakeIn(hold);
    if (this.#ready.length > 0 && !this.#store.isFresh) return void this.#askStore();
    const limit = health.concurrency(run.workers);
    while (this.#inFlight < limit && this.#hasRoom) {
      const intent = this.#ready.shift();
      if (!intent) return;
      void this.#call(intent);
    }
  }

  get #hasRoom(): boolean {
    const { waiting, waitingBytes } = this.#reader;
    // No more answers wait than there are workers: they would be lost with the process, and what is wrong with them be
    // noticed late.
    if (waiting >= this.#o.run.workers) return false;
    return waitingBytes < MAX_WAITING_BYTES && this.#committer.backlog < MAX_UNWRITTEN;
  }

  async #call(intent: Intent): Promise<void> {
    this.#inFlight += 1;
    try {
      const fetched = await send(this.#o.provider, this.#o.run, intent, this.#cut.signal);
      this.#reader.add(intent, fetched);
    } catch (error) {
      this.#callFailed(intent, error);
    }
    this.#inFlight -= 1;
    this.#turn();
  }

  #callFailed(intent: Intent, error: unknown): void {
    if (error instanceof ProviderError) return this.#take(resultOfError(intent, error, null, this.#moment()));
    if (!this.#cut.signal.aborted) this.#fail(error);
    this.#committer.add(possiblyBilled(intent, "The call was cut before its answer came."));
  }

  /** A result is written whatever it is; it may also be a reason to stop. */
  #take(result: CallResult): void {
    const { health, clock } = this.#o;
    const alarm = result.fault
      ? health.callFailed(result.fault, clock.monotonic())
      : health.pageRead(result.settlement.outcome);
    if (alarm) this.#end({ kind: "paused", ...alarm });
    this.#committer.add(result);
    this.#turn();
  }

  #committed(run: Run, results: CallResult[]): void {
    this.#store.felt();
    this.#dry = false;
    if (run.status !== "running") this.#end({ kind: "not_ours" });
    this.#o.onCommitted(run, results);
    this.#turn();
  }

  /** How many intents lie ready beyond those under way: enough that a free worker need not wait for a claim. */
  get #ahead(): number {
    return this.#o.run.workers;
  }

  get #wantsClaim(): boolean {
    return !this.#claiming && !this.#dry && this.#ready.length < this.#ahead && this.#hasRoom;
  }

  async #claim(): Promise<void> {
    const { sql, owner, run, clock, health } = this.#o;
    const free = Math.max(0, health.concurrency(run.workers) - this.#inFlight);
    const limit = free + this.#ahead;
    this.#claiming = true;
    // Set before, not after: a commit while the claim is on its way may bring work that the claim does not see.
    this.#dry = true;
    try {
      this.#claimed(await claim(sql, owner, run, limit, clock), limit);
      this.#store.felt();
    } catch (error) {
      this.#fail(error);
    }
    this.#claiming = false;
    this.#turn();
  }

  #claimed(claimed: Claimed, limit: number): void {
    if (claimed.kind === "not_ours") return this.#end({ kind: "not_ours" });
    this.#ready.push(...claimed.intents);
    this.#shortOf = claimed.shortOf;
    this.#unfinished = claimed.waiting?.unfinished ?? Number.POSITIVE_INFINITY;
    if (claimed.intents.length === limit) this.#dry = false;
    const nextAt = claimed.waiting?.nextAt;
    if (nextAt) this.#lookAgainIn(nextAt.getTime() - this.#o.clock.now().getTime());
  }

  get #idle(): boolean {
    if (this.#inFlight > 0 || this.#claiming || !this.#reader.idle) return false;
    return this.#committer.backlog === 0 || this.#failure !== undefined;
  }

  /** Nothing is under way. Decides whether that is an end, and which. */
  #settle(): void {
    if (this.#failure) return this.#finish(this.#failure.error);
    if (this.#ending && this.#ready.length === 0) return this.#finished.resolve(this.#ending);
    if (this.#ending) return this.#committer.add(...this.#ready.splice(0).map(notSent));
    if (this.#ready.length > 0 || !this.#dry) return;
    if (this.#shortOf) this.#end(outOfBudget(this.#shortOf));
    else if (this.#unfinished === 0) this.#end({ kind: "drained" });
    else this.#lookAgainIn(LOOK_AGAIN_MS);
  }

  #finish(error: unknown): void {
    if (error instanceof SupersededError) this.#finished.resolve({ kind: "not_ours" });
    else this.#finished.reject(error);
  }

  /** Takes no new items from now on. The first reason stands. */
  #end(ending: LaneEnding): void {
    if (this.#ending) return;
    this.#ending = ending;
    this.#turn();
  }

  /** Results can no longer be written: nothing more is bought, and calls under way are not waited for. */
  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#end({ kind: "not_ours" });
    this.#cut.abort();
    this.#turn();
  }

  async #askStore(): Promise<void> {
    const answers = await this.#store.ask();
    if (answers) this.#turn();
    else if (answers === false) this.#wakeIn(STORE_FRESH_MS);
  }

  #lookAgainIn(ms: number): void {
    this.#timers.after(ms, () => {
      this.#dry = false;
      this.#turn();
    });
  }

  #wakeIn(ms: number): void {
    this.#timers.after(ms, () => this.#turn());
  }

  #moment() {
    return { now: this.#o.clock.now(), random: this.#o.random };
  }
}

function outOfBudget(scope: BudgetScope): LaneEnding {
  const message =
    scope === "run" ? "The run's budget covers no further call." : "The month's budget covers no further call.";
  return { kind: "paused", reason: "budget", scope, message };
}

function pausedForDisk(error: unknown): LaneEnding {
  const why = error instanceof Error ? error.message : String(error);
  return {
    kind: "paused",
    reason: "shutdown",
    message: `Answers can no longer be stored: ${why}. Make room, then resume.`,
  };
}

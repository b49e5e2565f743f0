import type { AlarmClock } from "../clock.ts";
import { type Sql, withOrganisation } from "../db/client.ts";
import { newId } from "../ids.ts";
import { ProviderError } from "../providers/errors.ts";
import type { Provider } from "../providers/provider.ts";
import type { Run } from "../runs/queries.ts";
import type { BudgetScope } from "../runs/status.ts";
import type { Account, Seat } from "./account.ts";
import { AnswerReader } from "./answer-reader.ts";
import { forgetAnswer } from "./cache-queries.ts";
import type { CachedAnswer, CallResult, Intent } from "./call.ts";
import { type Claimed, claim } from "./claim.ts";
import { SupersededError } from "./commit.ts";
import { Committer } from "./committer.ts";
import { DriftGuard } from "./drift.ts";
import { type LaneEnding, outOfBudget, pausedForDisk } from "./ending.ts";
import { LanePulse } from "./lane-pulse.ts";
import type { TakenLane } from "./lanes.ts";
import { questionOf, resultOf, send } from "./paid-call.ts";
import type { RawStore } from "./raw-store.ts";
import { type Desk, readAnswer } from "./reading/reading.ts";
import { notSent, possiblyBilled, resultOfError } from "./stages/outcome.ts";
import { Timers } from "./timers.ts";
import { WorkerNumbers } from "./worker-numbers.ts";

/** Bodies that wait to be read, together; more would cost memory without making anything faster. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;
const MAX_UNWRITTEN = 128;
/** What a stop waits for calls that are under way. */
const GRACE_MS = 20_000;
const LOOK_AGAIN_MS = 1_000;
const STORE_AWAY_MS = 1_000;

export interface LaneOptions {
  sql: Sql;
  taken: TakenLane;
  provider: Provider;
  account: Account;
  rawStore: RawStore;
  desk: Desk;
  clock: AlarmClock;
  random: () => number;
  /** Aborted: no new items; calls under way get their grace. */
  stop: AbortSignal;
  /** Aborted: calls under way are given up and booked as possibly billed. */
  cut: AbortSignal;
  onCommitted(run: Run, results: CallResult[]): void;
}

/**
 * One pool of workers on one run. Everything happens in turns: whatever ends (a claim, a call, a commit, a wait) calls
 * `#turn`, which starts what can be started and notices when nothing is left.
 */
export class Lane implements Seat {
  readonly #o: LaneOptions;
  readonly #run: Run;
  readonly #committer: Committer;
  readonly #reader: AnswerReader;
  readonly #finished = Promise.withResolvers<LaneEnding>();
  readonly #cut = new AbortController();
  readonly #timers: Timers;
  readonly #pulse: LanePulse;
  readonly #drift = new DriftGuard();
  readonly #numbers: WorkerNumbers;
  #ready: Intent[] = [];
  #claiming = false;
  #wakes = false;
  #adopting = 0;
  #isOver = false;
  /** The last claim found nothing more; cleared by whatever may bring new work. */
  #dry = false;
  #shortOf: BudgetScope | undefined;
  #othersReserved = false;
  #unfinished = Number.POSITIVE_INFINITY;
  #cacheHours = 0;
  #ending: LaneEnding | undefined;
  #failure: { error: unknown } | undefined;
  workers: number;
  inFlight = 0;

  constructor(options: LaneOptions) {
    const { sql, desk, clock, taken } = options;
    this.#timers = new Timers(clock);
    const { run, owner } = taken;
    this.#o = options;
    this.#run = run;
    this.workers = taken.workers;
    this.#numbers = new WorkerNumbers(taken.firstWorker);
    this.#pulse = new LanePulse(sql, owner, clock);
    this.#committer = new Committer({
      ...options,
      owner,
      run,
      entryId: run.entryId ?? newId(),
      remembers: () => this.#cacheHours > 0,
      onCommitted: (now, results, begunAt) => this.#committed(now, results, begunAt),
      onWritten: () => this.#lookAgainIn(0),
      onFailed: (error) => this.#fail(error),
    });
    this.#reader = new AnswerReader({
      desk,
      readStored: (intent) => this.#readStored(intent),
      onGone: (intent) => void this.#forget(intent),
      onRead: (intent, reading, receipt) => this.#take(resultOf(run, intent, reading, receipt, this.#moment())),
      onStoreFailed: (error) => this.#end(pausedForDisk(error)),
      onFailed: (error) => this.#fail(error),
    });
  }

  /**
   * Works on the run until nothing is left, a reason to pause comes up, or `stop` aborts; ends with no call under way,
   * nothing of its own reserved and everything written.
   * @param recovered what dead lanes left open, to be written first
   * @throws whatever kept results from being written.
   */
  async work(recovered: CallResult[]): Promise<LaneEnding> {
    const { stop, cut, account } = this.#o;
    using _seat = account.join(this);
    const onStop = () => {
      this.#end({ kind: "stopped" });
      // Only who asks for a stop waits for it: at any other pause calls under way may take their time, they are paid.
      this.#timers.after(GRACE_MS, () => this.#cut.abort());
    };
    const onCut = () => this.#cut.abort();
    stop.addEventListener("abort", onStop, { once: true });
    cut.addEventListener("abort", onCut, { once: true });
    if (stop.aborted) onStop();
    if (recovered.length > 0) this.#committer.add(...recovered);
    if (this.workers === 0) this.#end({ kind: "not_ours" });
    this.#turn();
    try {
      return await this.#finished.promise;
    } finally {
      stop.removeEventListener("abort", onStop);
      cut.removeEventListener("abort", onCut);
      this.#timers.clear();
    }
  }

  /** Asks how the run and the lane stand: somebody may have paused it, or taken the lane or some of its workers. */
  async look(): Promise<void> {
    const state = await this.#pulse.ask();
    if (state === "asking") return;
    if (state === "away") return this.#wakeIn(STORE_AWAY_MS);
    if (state === "gone") return this.#fail(new SupersededError());
    if (state.status !== "running") this.#end({ kind: "not_ours" });
    this.workers = state.workers;
    this.#turn();
  }

  onRoom(): void {
    this.#turn();
  }

  /** Takes over what a dead lane left open; `find` is not called when this lane is over already. */
  async adopt(find: () => Promise<CallResult[]>): Promise<void> {
    if (this.#isOver) return;
    this.#adopting += 1;
    try {
      const results = await find();
      if (results.length > 0) this.#committer.add(...results);
    } catch (error) {
      // What was adopted and could not be read would lie open as long as this lane lives.
      this.#fail(error);
    } finally {
      this.#adopting -= 1;
      this.#turn();
    }
  }

  #turn(): void {
    if (!this.#ending) {
      this.#launch();
      if (this.#wantsClaim) void this.#claim();
    }
    if (this.#idle) this.#settle();
  }

  /** Starts as many calls as the account, the workers, the paid intents and the room for their answers allow. */
  #launch(): void {
    if (this.#ready.length > 0 && !this.#pulse.isFresh) return void this.look();
    while (this.#hasRoom && this.#ready.length > 0) {
      const wait = this.#ready[0]?.cached ? 0 : this.#o.account.waitMs(this);
      if (wait > 0) return this.#wakeIn(wait);
      const intent = this.#ready.shift();
      if (intent && isCached(intent)) this.#reader.addCached(intent);
      else if (intent) void this.#call(intent);
    }
  }

  get #hasRoom(): boolean {
    const { waiting, waitingBytes } = this.#reader;
    // No more answers wait than there are workers: they would be lost with the process, and what is wrong with them be
    // noticed late.
    if (waiting >= Math.max(1, this.workers)) return false;
    return waitingBytes < MAX_WAITING_BYTES && this.#committer.backlog < MAX_UNWRITTEN;
  }

  async #call(intent: Intent): Promise<void> {
    const { account, provider, clock } = this.#o;
    const worker = this.#numbers.take();
    const sent = { ...intent, worker };
    account.started(this);
    const sentAt = clock.monotonic();
    try {
      const fetched = await send(provider, this.#run, sent, this.#cut.signal);
      this.#reader.add(sent, fetched);
    } catch (error) {
      this.#callFailed(sent, error, Math.round(clock.monotonic() - sentAt));
    }
    this.#numbers.free(worker);
    account.ended(this);
    this.#turn();
  }

  #callFailed(intent: Intent, error: unknown, durationMs: number): void {
    if (error instanceof ProviderError) {
      return this.#take(resultOfError(intent, error, null, this.#moment(), durationMs));
    }
    if (!this.#cut.signal.aborted) this.#fail(error);
    this.#committer.add(possiblyBilled(intent, "The call was cut before its answer came."));
  }

  /** A result is written whatever it is; it may also be a reason to stop. */
  #take(result: CallResult): void {
    const { account } = this.#o;
    const { outcome } = result.settlement;
    if (!result.intent.cached) {
      if (!result.fault) account.answered();
      const alarm = result.fault ? account.failed(result.fault) : this.#drift.pageRead(outcome);
      if (alarm) this.#end({ kind: "paused", ...alarm });
    }
    this.#committer.add(result);
    this.#turn();
  }

  async #readStored({ cached, ...intent }: Intent & { cached: CachedAnswer }) {
    const { rawStore, provider } = this.#o;
    const stored = await rawStore.read(cached.runId, cached.callId);
    if (!stored) return undefined;
    const reading = readAnswer(provider, questionOf({ ...intent, cached }), stored.body);
    return { reading, rawSha256: stored.sha256, bytes: stored.body.byteLength };
  }

  /** The answer that was to be used again is not there any more: the item is bought after all. */
  async #forget(intent: Intent & { cached: CachedAnswer }): Promise<void> {
    const { sql, taken } = this.#o;
    await withOrganisation(sql, taken.owner.orgId, (tx) => forgetAnswer(tx, intent.cached)).catch(() => undefined);
    this.#committer.add(notSent(intent));
  }

  #committed(run: Run, results: CallResult[], begunAt: number): void {
    this.#pulse.felt(begunAt);
    this.#dry = false;
    if (run.status !== "running") this.#end({ kind: "not_ours" });
    this.#o.onCommitted(run, results);
    this.#turn();
  }

  get #wantsClaim(): boolean {
    // As many intents lie ready beyond those under way as there are workers: a free one need not wait for a claim.
    return !this.#claiming && !this.#dry && this.#ready.length < this.workers && this.#hasRoom;
  }

  async #claim(): Promise<void> {
    const { sql, taken, clock, provider } = this.#o;
    const limit = Math.max(0, this.workers - this.inFlight) + this.workers;
    const askedAt = clock.monotonic();
    this.#claiming = true;
    // Set before, not after: a commit while the claim is on its way may bring work that the claim does not see.
    this.#dry = true;
    try {
      const claimer = { sql, owner: taken.owner, run: this.#run, provider: provider.name, clock };
      this.#claimed(await claim(claimer, limit), limit);
      this.#pulse.felt(askedAt);
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
    this.#othersReserved = claimed.othersReserved;
    this.#cacheHours = claimed.cacheHours;
    this.#unfinished = claimed.waiting?.unfinished ?? Number.POSITIVE_INFINITY;
    if (claimed.intents.length === limit) this.#dry = false;
    const nextAt = claimed.waiting?.nextAt;
    if (nextAt) this.#lookAgainIn(nextAt.getTime() - this.#o.clock.now().getTime());
  }

  get #idle(): boolean {
    if (this.inFlight > 0 || this.#claiming || this.#adopting > 0 || !this.#reader.idle) return false;
    return this.#committer.backlog === 0 || this.#failure !== undefined;
  }

  /** Nothing is under way. Decides whether that is an end, and which. */
  #settle(): void {
    if (this.#failure) return this.#finish(this.#failure.error);
    if (this.#ending && this.#ready.length === 0) return this.#resolve(this.#ending);
    if (this.#ending) return this.#committer.add(...this.#ready.splice(0).map(notSent));
    if (this.#ready.length > 0 || !this.#dry) return;
    if (this.#shortOf && !this.#othersReserved) this.#end(outOfBudget(this.#shortOf));
    else if (this.#unfinished === 0) this.#end({ kind: "drained" });
    else this.#lookAgainIn(LOOK_AGAIN_MS);
  }

  #finish(error: unknown): void {
    if (error instanceof SupersededError) return this.#resolve({ kind: "not_ours" });
    this.#isOver = true;
    this.#finished.reject(error);
  }

  #resolve(ending: LaneEnding): void {
    this.#isOver = true;
    this.#finished.resolve(ending);
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

  #lookAgainIn(ms: number): void {
    this.#timers.after(ms, () => {
      this.#dry = false;
      this.#turn();
    });
  }

  /** One wake-up at a time: each turn that has to wait would add another. */
  #wakeIn(ms: number): void {
    if (this.#wakes || !Number.isFinite(ms)) return;
    this.#wakes = true;
    this.#timers.after(ms, () => {
      this.#wakes = false;
      this.#turn();
    });
  }

  #moment() {
    return { now: this.#o.clock.now(), random: this.#o.random };
  }
}

const isCached = (intent: Intent): intent is Intent & { cached: CachedAnswer } => intent.cached !== null;

import pino from "pino";
import { Account } from "../../collector/account.ts";
import { superviseRun } from "../../collector/supervisor.ts";
import { isConnectionLost } from "../../db/connection.ts";
import { AppError } from "../../errors.ts";
import { Failure } from "../../exit.ts";
import type { OrganisationId, RunId } from "../../ids.ts";
import type { Dice } from "../../providers/sandbox/dice.ts";
import type { Limits } from "../../runs/life-cycle-queries.ts";
import { Dispatcher } from "../../worker/dispatcher.ts";
import type { OpenEngine, ProcessKind } from "../../worker/engine.ts";
import { Presence } from "../../worker/presence.ts";
import { insertProcess, removeDeadProcesses, removeProcess } from "../../worker/presence-queries.ts";
import type { Disk } from "./disk.ts";
import type { SimulatedProvider } from "./provider.ts";
import type { SimulatedStore } from "./store.ts";
import type { Owner, VirtualTime } from "./time.ts";

export interface Surroundings {
  orgId: OrganisationId;
  accountKey: string;
  time: VirtualTime;
  dice: Dice;
  store: SimulatedStore;
  provider: SimulatedProvider;
  disk: Disk;
  /** Frees the process' lock, as the database does when its connection breaks. */
  freeLock(processId: string): Promise<void>;
  onError(what: string): void;
}

/** A process of the program, with everything real but what it stands on: time, chance, network and disk. */
export class SimulatedProcess implements Owner {
  readonly #world: Surroundings;
  readonly #stop = new AbortController();
  readonly #cut = new AbortController();
  #processId = "";
  #dispatcher: Dispatcher | undefined;
  isDead = false;
  frozenUntil = 0;
  /** Others had reason to think that it was dead. */
  wasGivenUp = false;
  /** Counts how often its lock was lost. */
  locks = 0;
  /** What its slowest statement may take. */
  slowestMs = 0;
  stoppedAt: number | undefined;
  /** What it worked on then, where nobody else could go on with it. */
  leaves: readonly RunId[] = [];
  /** When it froze or died, in virtual milliseconds. */
  stillSince: number | undefined;
  readonly startedAt: number;

  constructor(world: Surroundings) {
    this.#world = world;
    this.startedAt = world.time.now;
  }

  get id(): string {
    return this.#processId;
  }

  /** Whether it runs, and is not being stopped. */
  get isWell(): boolean {
    return !this.isDead && this.stoppedAt === undefined && this.#world.time.now >= this.frozenUntil;
  }

  /** `serve` or `worker`: works on whatever runs there are. */
  serve(): void {
    this.#live("worker", async (engine) => {
      this.#dispatcher = new Dispatcher(engine);
      this.#dispatcher.start();
      await aborted(this.#stop.signal);
      await this.#dispatcher.stop();
    });
  }

  /** `collect`: works on one run, until it ends or waits for a person. */
  collect(runId: RunId, limits: Limits | undefined): void {
    const watch = { stop: this.#stop.signal, cut: this.#cut.signal, onProgress: () => undefined };
    this.#live("collect", (engine) => superviseRun(engine, runId, watch, limits));
  }

  kill(): void {
    const { time, freeLock } = this.#world;
    if (!this.isDead) this.stillSince = time.now;
    this.isDead = true;
    const processId = this.#processId;
    // What was on its way is done before the database notices.
    if (processId) time.after(this.slowestMs + 1, () => freeLock(processId));
  }

  freeze(ms: number): void {
    this.wasGivenUp = true;
    this.stillSince = this.#world.time.now;
    this.frozenUntil = this.stillSince + ms;
  }

  /** The connection that holds its lock breaks. */
  async loseLock(): Promise<void> {
    this.wasGivenUp = true;
    this.locks += 1;
    if (this.#processId) await this.#world.freeLock(this.#processId);
  }

  /** SIGTERM, and a second one. */
  stop(): void {
    const { time } = this.#world;
    this.stoppedAt ??= time.now;
    time.after(0, () => this.#stop.abort(), this);
  }

  cut(): void {
    const cut = () => {
      this.#dispatcher?.cut();
      this.#cut.abort();
    };
    this.#world.time.after(0, cut, this);
  }

  #live(kind: ProcessKind, work: (engine: OpenEngine) => Promise<unknown>): void {
    const life = async () => {
      const sql = this.#world.store.sqlOf(this);
      await using presence = new Presence(sql);
      this.#processId = presence.processId;
      await presence.hold();
      await removeDeadProcesses(sql);
      const { accountKey } = this.#world;
      const startedAt = await insertProcess(sql, { id: presence.processId, kind, accountKey });
      await work(this.#engine(presence, startedAt));
      await removeProcess(sql, presence.processId).catch(() => undefined);
    };
    void life()
      .catch((error) => this.#failed(error))
      .finally(() => this.kill());
  }

  #failed(error: unknown): void {
    // The program ends with a message: it is started again.
    if (isConnectionLost(error) || error instanceof AppError || error instanceof Failure) return;
    this.#world.onError(`a process ended: ${error instanceof Error ? error.stack : error}`);
  }

  #engine(presence: Presence, startedAt: Date): OpenEngine {
    const { orgId, accountKey, time, dice, store, provider, disk, onError } = this.#world;
    const clock = time.clockOf(this);
    const random = () => dice.next();
    const write = (line: string) => onError(JSON.parse(line).err?.stack ?? line);
    return {
      orgId,
      accountKey,
      sql: store.sqlOf(this),
      presence,
      startedAt,
      processId: presence.processId,
      provider: provider.seenBy(this),
      account: new Account(clock, random),
      rawStore: disk.usedBy(this),
      clock,
      random,
      log: pino({ level: "error" }, { write }),
      [Symbol.asyncDispose]: () => presence[Symbol.asyncDispose](),
    };
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });

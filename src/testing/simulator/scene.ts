import { FIRST_ORGANISATION } from "../../accounts/organisation.ts";
import { withOrganisation } from "../../db/client.ts";
import type { RunId } from "../../ids.ts";
import { Dice } from "../../providers/sandbox/dice.ts";
import { isFinal } from "../../runs/status.ts";
import { Disk } from "./disk.ts";
import { Marketplace } from "./marketplace.ts";
import { type Ask, MICROS_PER_CENT, raised } from "./person.ts";
import type { Plan } from "./plan.ts";
import { SimulatedProcess } from "./process.ts";
import { SimulatedProvider } from "./provider.ts";
import type { Slot } from "./slot.ts";
import { SimulatedStore } from "./store.ts";
import { VirtualTime } from "./time.ts";
import { freeLock, type Standing } from "./world-queries.ts";

export const PRICES = { best_sellers: 2 * MICROS_PER_CENT, seller_search: MICROS_PER_CENT };

/** All that there is in one schedule. */
export class Scene {
  readonly plan: Plan;
  readonly slot: Slot;
  readonly time: VirtualTime;
  readonly dice: Dice;
  readonly market: Marketplace;
  readonly disk: Disk;
  readonly store: SimulatedStore;
  readonly provider: SimulatedProvider;
  /** What a person asks for, at once. */
  readonly ask: Ask;
  readonly runIds: RunId[] = [];
  readonly processes: SimulatedProcess[] = [];
  readonly violations: string[] = [];

  /** @param onDone called after each transaction of a process */
  constructor(plan: Plan, slot: Slot, onDone: () => void) {
    this.plan = plan;
    this.slot = slot;
    this.time = new VirtualTime(plan.startsAt);
    this.time.overlap = plan.overlapMs;
    this.dice = new Dice(`life ${plan.seed}`);
    this.market = new Marketplace(plan.market);
    this.disk = new Disk(this.time);
    this.store = new SimulatedStore({ ...slot, time: this.time, dice: this.dice, weather: plan.store, onDone });
    this.provider = new SimulatedProvider({
      ...this,
      weather: plan.provider,
      answersAreShared: plan.cacheHours > 0,
      storeAwayMs: () => this.store.awayForMs,
      onViolation: (what) => this.violations.push(what),
    });
    this.ask = (request) => withOrganisation(this.store.direct, FIRST_ORGANISATION, request);
  }

  get living(): SimulatedProcess[] {
    return this.processes.filter(({ isDead }) => !isDead);
  }

  /** Whether the database is not always there: then much may take its time. */
  get storeFails(): boolean {
    const { lostBefore, lostAfter } = this.plan.store;
    return lostBefore + lostAfter > 0 || this.store.awayUntil > 0;
  }

  /** By its place in the plan, or the first. */
  runId(index: number): RunId {
    const id = this.runIds[index] ?? this.runIds[0];
    if (!id) throw new Error("a schedule has at least one run");
    return id;
  }

  /** @param run what it is started for */
  startProcess(run?: Standing): void {
    const process = new SimulatedProcess({
      ...this,
      orgId: FIRST_ORGANISATION,
      accountKey: `account ${this.plan.seed}`,
      freeLock: (id) => freeLock(this.slot.keeper, id),
      onError: (what) => this.#noteError(what),
    });
    this.processes.push(process);
    // Only a process that serves clears up after a run that has ended without its own.
    if (this.plan.kind === "serve" || (run && isFinal(run.status))) return process.serve();
    const limits = run?.budgetScope === "run" ? { budgetCapMicros: raised(run), workers: run.workers } : undefined;
    process.collect(run?.id ?? this.runId(0), limits);
  }

  /** Errors of the engine are expected only where the disk or the database fails it. */
  #noteError(what: string): void {
    if (!/no space left|CONNECTION_CLOSED/.test(what)) this.violations.push(what);
  }
}

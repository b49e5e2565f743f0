import { isFinal } from "../../runs/status.ts";
import { checkRest } from "./checks.ts";
import { command, letGoOn, raiseMonth } from "./person.ts";
import { PRICES, type Scene } from "./scene.ts";
import { checkLastStop, checkStops, checkTakeOver } from "./watch.ts";
import { listHeldLanes, listStanding, type Standing } from "./world-queries.ts";

const LOOK_MS = 1_500;
/** When the provider calms down that has not by then. */
const CALM_AFTER_MS = 30_000;
/** In which any run comes to rest once nothing disturbs it. */
const PATIENCE_MS = 2 * 3_600_000;

/** Somebody who looks now and then, and lets runs go on once all of them have come to rest, until all have ended. */
export class Caretaker {
  readonly #scene: Scene;
  #retriesLeft: number;
  isDone = false;

  constructor(scene: Scene) {
    this.#scene = scene;
    this.#retriesLeft = scene.plan.retriesFailed && scene.plan.kind === "serve" ? 1 : 0;
    scene.time.after(LOOK_MS, () => this.#look());
  }

  async #look(): Promise<void> {
    const { time, provider, ask, runIds, storeFails, living, violations } = this.#scene;
    if (time.elapsed > CALM_AFTER_MS) provider.isCalm = true;
    const runs = await ask((tx) => listStanding(tx, runIds));
    if (time.elapsed > PATIENCE_MS) violations.push(`no rest: ${JSON.stringify(runs)}`);
    if (!storeFails) violations.push(...(await this.#watch(runs)));
    if (runs.every((run) => this.#rests(run))) await this.#atRest(runs);
    else if (living.length === 0) this.#scene.startProcess(runs[0]);
    if (!this.isDone) time.after(LOOK_MS, () => this.#look());
  }

  async #watch(runs: Standing[]): Promise<string[]> {
    const { time, plan, ask, processes } = this.#scene;
    const allowance = { now: time.now, slowestMs: plan.store.slowestMs };
    const lanes = plan.kind === "serve" ? await ask((tx) => listHeldLanes(tx)) : [];
    return [
      ...checkTakeOver(lanes, processes, allowance),
      ...checkStops(processes, allowance),
      ...checkLastStop(processes, runs),
    ];
  }

  /** Whether nothing will happen to the run by itself. */
  #rests(run: Standing): boolean {
    if (run.status === "running" || run.lanes > 0) return false;
    if (this.#scene.plan.kind === "collect") return isFinal(run.status) || this.#scene.living.length === 0;
    return run.status !== "paused" || run.pauseReason !== "provider";
  }

  async #atRest(runs: Standing[]): Promise<void> {
    const { violations, provider, processes, ask } = this.#scene;
    violations.push(...runs.flatMap((run) => checkRest(run, PRICES.best_sellers)));
    for (const process of processes) process.leaves = [];
    const open = runs.filter(({ status }) => !isFinal(status));
    if (open.length > 0) {
      provider.isCalm = true;
      for (const run of open) await this.#letGoOn(run);
    } else if (this.#retriesLeft > 0) {
      this.#retriesLeft -= 1;
      for (const { id } of runs) await command(ask, "retry-failed", id);
    } else this.isDone = true;
  }

  async #letGoOn(run: Standing): Promise<void> {
    const { plan, ask } = this.#scene;
    if (plan.kind === "serve") return letGoOn(ask, run);
    if (run.budgetScope === "month") await raiseMonth(ask);
    this.#scene.startProcess(run);
  }
}

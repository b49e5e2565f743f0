import { FIRST_ORGANISATION } from "../accounts/organisation.ts";
import type { CallResult, Intent } from "../collector/call.ts";
import { claim } from "../collector/claim.ts";
import { commitResults, SupersededError } from "../collector/commit.ts";
import type { LaneEnding } from "../collector/ending.ts";
import { leaveLane, type TakenLane, takeLane } from "../collector/lanes.ts";
import { questionOf, resultOf, send } from "../collector/paid-call.ts";
import { readAnswer } from "../collector/reading/reading.ts";
import { notSent, possiblyBilled, resultOfError } from "../collector/stages/outcome.ts";
import type { Sql } from "../db/client.ts";
import { persist } from "../db/retry.ts";
import { newId, type RunId } from "../ids.ts";
import { PermanentError } from "../providers/errors.ts";
import type { Provider } from "../providers/provider.ts";
import { Presence } from "../worker/presence.ts";
import { hastyClock, inOrganisation } from "./engine.ts";

interface Held {
  taken: TakenLane;
  /** Claimed, paid for in advance and not yet settled. */
  intents: Intent[];
}

/** A process with at most one lane of one run. It does what it is told, step by step, and nothing by itself. */
export class SimulatedProcess {
  readonly #sql: Sql;
  readonly #runId: RunId;
  readonly #provider: Provider;
  #presence: Presence;
  #held: Held | undefined;
  /** The lane of an earlier life, which may wake up. */
  #ghost: Held | undefined;
  #sawTheEnd = false;

  constructor(sql: Sql, runId: RunId, provider: Provider) {
    this.#sql = sql;
    this.#runId = runId;
    this.#provider = provider;
    this.#presence = new Presence(sql);
  }

  get hasLane(): boolean {
    return this.#held !== undefined;
  }

  /** Takes up to `workers` of the run, and books what dead lanes left open; false when there is nothing of either. */
  async take(workers: number): Promise<boolean> {
    if (this.#held) return false;
    await this.#presence.hold();
    const processId = this.#presence.processId;
    const member = { orgId: FIRST_ORGANISATION, runId: this.#runId, processId, account: "test" };
    const taken = await takeLane(this.#sql, member, () => workers);
    if (!taken) return false;
    this.#held = { taken, intents: [] };
    this.#sawTheEnd = false;
    await this.#commit(
      this.#held,
      taken.open.map((intent) => possiblyBilled(intent, "Its process has died.")),
    );
    return true;
  }

  /** False when the run is not to be worked on any more. */
  async claim(): Promise<boolean> {
    if (!this.#held) return true;
    const { run, owner, workers } = this.#held.taken;
    const claimer = { sql: this.#sql, owner, run, provider: this.#provider.name, clock: hastyClock };
    const claimed = await claim(claimer, workers);
    if (claimed.kind === "not_ours") return false;
    this.#held.intents.push(...claimed.intents);
    this.#sawTheEnd = claimed.waiting?.unfinished === 0;
    return true;
  }

  /** Makes some of the calls that are paid for, and writes what they brought. */
  async work(calls: number, goesWrong: boolean): Promise<void> {
    if (this.#held) await this.#settle(this.#held, calls, goesWrong);
  }

  /** Gives back what it has not sent, and leaves its lane. */
  async leave(ending: LaneEnding): Promise<void> {
    const held = this.#held;
    if (!held) return;
    await this.#commit(held, held.intents.splice(0).map(notSent));
    const told: LaneEnding = ending.kind === "drained" && !this.#sawTheEnd ? { kind: "not_ours" } : ending;
    const { processId } = this.#presence;
    await persist(hastyClock, () => leaveLane(this.#sql, held.taken.owner, processId, told, new Date()));
    this.#held = undefined;
  }

  /** Ends without a word: its lane, and what it has paid for, stay behind. */
  async die(): Promise<void> {
    this.#ghost = this.#held;
    this.#held = undefined;
    await this.#presence[Symbol.asyncDispose]();
    this.#presence = new Presence(this.#sql);
  }

  /** Its earlier life comes back and writes, unless somebody has taken its lane over. */
  async haunt(): Promise<void> {
    if (this.#ghost) await this.#settle(this.#ghost, 1, false);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#presence[Symbol.asyncDispose]();
  }

  async #settle(held: Held, calls: number, goesWrong: boolean): Promise<void> {
    const results = held.intents
      .splice(0, calls)
      .map((intent) => (goesWrong ? failed(intent) : this.#answer(held, intent)));
    await this.#commit(held, await Promise.all(results));
  }

  async #answer({ taken: { run } }: Held, intent: Intent): Promise<CallResult> {
    const { body } = await send(this.#provider, run, intent, new AbortController().signal);
    const receipt = { httpStatus: 200, durationMs: 1, bytes: body.byteLength, rawSha256: null };
    return resultOf(run, intent, readAnswer(this.#provider, questionOf(intent), body), receipt, moment());
  }

  async #commit(held: Held, results: CallResult[]): Promise<void> {
    if (results.length === 0) return;
    const { run, owner } = held.taken;
    const options = { owner, run, entryId: run.entryId ?? newId(), provider: this.#provider, remembers: () => false };
    try {
      await persist(hastyClock, () => inOrganisation(this.#sql, (tx) => commitResults(tx, options, results)));
    } catch (error) {
      if (!(error instanceof SupersededError)) throw error;
      held.intents = [];
    }
  }
}

const moment = () => ({ now: new Date(), random: () => 0 });

function failed(intent: Intent): CallResult {
  const error = new PermanentError("Nothing can be done.", { code: "bad_request", billing: "not_billed", status: 400 });
  return resultOfError(intent, error, null, moment());
}

import type { Clock } from "../clock.ts";
import { type Sql, withOrganisation } from "../db/client.ts";
import { persist } from "../db/retry.ts";
import { lockRun, type Run } from "../runs/queries.ts";
import type { CallResult } from "./call.ts";
import { type CommitOptions, commitResults } from "./commit.ts";
import { findSettled } from "./queries.ts";

/** Results written in one transaction: more would hold the run's row too long. */
const LARGEST_BATCH = 64;
/** In a flood a transaction begins this often: fifty results in one cost half as much as in six. */
const PACE_MS = 200;

interface CommitterOptions extends CommitOptions {
  sql: Sql;
  clock: Clock;
  /** Called after each commit with the run as it is now, and when the commit began (on the monotonic clock). */
  onCommitted(run: Run, results: CallResult[], begunAt: number): void;
  /** Called instead where the commit's reply was lost, but the commit was not. */
  onWritten(): void;
  /** Called once when results cannot be written; they are kept in memory and on disk only. */
  onFailed(error: unknown): void;
}

/**
 * Group commit: while one transaction is on its way, and for a moment after it began, results gather; the next one takes
 * all that wait. A lone result is written at once, a flood in few large transactions.
 */
export class Committer {
  readonly #options: CommitterOptions;
  #waiting: CallResult[] = [];
  #working = false;
  #notBefore = Number.NEGATIVE_INFINITY;
  #broken = false;

  constructor(options: CommitterOptions) {
    this.#options = options;
  }

  /** Results that are not yet written. */
  backlog = 0;

  add(...results: CallResult[]): void {
    this.#waiting.push(...results);
    this.backlog += results.length;
    if (!this.#working && !this.#broken) void this.#work();
  }

  async #work(): Promise<void> {
    this.#working = true;
    try {
      while (this.#waiting.length > 0) {
        await this.#pace();
        const batch = this.#waiting.splice(0, LARGEST_BATCH);
        const begunAt = this.#options.clock.monotonic();
        const run = await this.#commit(batch);
        this.backlog -= batch.length;
        if (run) this.#options.onCommitted(run, batch, begunAt);
        else this.#options.onWritten();
      }
    } catch (error) {
      this.#broken = true;
      this.#options.onFailed(error);
    } finally {
      this.#working = false;
    }
  }

  async #pace(): Promise<void> {
    const { clock } = this.#options;
    const wait = this.#notBefore - clock.monotonic();
    if (wait > 0 && this.#waiting.length < LARGEST_BATCH) await clock.sleep(wait);
    this.#notBefore = clock.monotonic() + PACE_MS;
  }

  /** Undefined when a commit that seemed lost had gone through for all of the batch. */
  #commit(batch: CallResult[]): Promise<Run | undefined> {
    const { sql, owner, clock } = this.#options;
    let tried = false;
    return persist(clock, async () => {
      // Whether a lost transaction went through is unknown: ask by the calls' ids instead of writing them blindly again.
      const open = tried ? await this.#stillOpen(batch) : batch;
      tried = true;
      if (open.length === 0) return undefined;
      return withOrganisation(sql, owner.orgId, (tx) => commitResults(tx, this.#options, open));
    });
  }

  #stillOpen(results: CallResult[]): Promise<CallResult[]> {
    const { sql, owner } = this.#options;
    return withOrganisation(sql, owner.orgId, async (tx) => {
      // The lost transaction may still be on its way: then it holds the run's row until it is over. In a transaction of
      // its own, since a commit takes that row last.
      await lockRun(tx, owner.runId);
      const ids = results.map((result) => result.intent.callId);
      const settled = await findSettled(tx, ids);
      return results.filter((result) => !settled.has(result.intent.callId));
    });
  }
}

import { insertActivity } from "../activity/queries.ts";
import { withOrganisation } from "../db/client.ts";
import { lockRun, type Run } from "../runs/queries.ts";
import { changeStatus } from "../runs/segment.ts";
import {
  type AccountState,
  closeBreaker,
  findAccount,
  openBreaker,
  returnProbe,
  takeProbe,
} from "./account-queries.ts";
import { listOpenWork } from "./dispatch-queries.ts";
import type { OpenEngine } from "./engine.ts";

/** Longer than any call takes: a probe that has not ended by then never will. */
const PROBE_S = 200;

/** Keeps what this process and the others know of their provider account in step. */
export class AccountKeeper {
  readonly #engine: OpenEngine;
  /** Until when this process alone finds out, on the monotonic clock: as long as others leave it to it. */
  #probesUntil = Number.NEGATIVE_INFINITY;

  constructor(engine: OpenEngine) {
    this.#engine = engine;
  }

  /** Whether this process finds out if the provider is back: with one worker. */
  get isProbing(): boolean {
    return this.#engine.clock.monotonic() < this.#probesUntil;
  }

  state(): Promise<AccountState> {
    return findAccount(this.#engine.sql, this.#engine.accountKey);
  }

  async mayProbe(): Promise<boolean> {
    const { sql, accountKey, processId, clock } = this.#engine;
    if (this.isProbing) return false;
    const until = clock.monotonic() + PROBE_S * 1000;
    if (!(await takeProbe(sql, accountKey, processId, clock.now(), PROBE_S))) return false;
    this.#probesUntil = until;
    return true;
  }

  /** Call when a lane has ended: it may have been the one that was to find out, and have sent nothing. */
  async endProbe(): Promise<void> {
    const { sql, account, accountKey, processId, clock } = this.#engine;
    if (!this.isProbing || account.seats.size > 0) return;
    this.#probesUntil = Number.NEGATIVE_INFINITY;
    await returnProbe(sql, accountKey, processId, clock.now());
  }

  /** The provider failed this run: all others of the account are paused as well, before they buy failures. */
  async opened(run: Run): Promise<void> {
    const { sql, accountKey, processId } = this.#engine;
    if (!run.retryAt) return;
    this.#probesUntil = Number.NEGATIVE_INFINITY;
    await openBreaker(sql, accountKey, run.retryAt, run.statusMessage ?? "The provider fails.");
    for (const { orgId, runId, status, account } of await listOpenWork(sql, processId)) {
      if (account !== accountKey) continue;
      await withOrganisation(sql, orgId, async (tx) => {
        await lockRun(tx, runId);
        const pause = {
          pauseReason: "provider" as const,
          retryAt: run.retryAt ?? new Date(),
          message: run.statusMessage ?? "",
        };
        if (status === "running") await changeStatus(tx, orgId, runId, { to: "paused", from: ["running"], ...pause });
        const until = run.retryAt?.toISOString();
        await insertActivity(tx, orgId, runId, [
          {
            workerId: 0,
            phase: null,
            action: "breaker_open",
            details: { error_message: `${run.statusMessage} Next try at ${until}.` },
          },
        ]);
      });
    }
  }

  /** Call with each progress: the first answer after an outage lets every run go on. */
  async noteAnswers(): Promise<void> {
    if (!this.isProbing || this.#engine.account.breaker.probing) return;
    const until = this.#probesUntil;
    this.#probesUntil = Number.NEGATIVE_INFINITY;
    try {
      await this.#letAllGoOn();
    } catch (error) {
      // Nobody waits for this. It is tried again with the next answer, or left to the next probe.
      this.#engine.log.warn({ err: error }, "the runs that wait for the provider could not be resumed");
      this.#probesUntil = until;
      await this.endProbe().catch(() => undefined);
    }
  }

  async #letAllGoOn(): Promise<void> {
    const { sql, accountKey, processId } = this.#engine;
    if (!(await closeBreaker(sql, accountKey))) return;
    for (const work of await listOpenWork(sql, processId)) {
      if (work.account !== accountKey) continue;
      await withOrganisation(sql, work.orgId, async (tx) => {
        const run = await lockRun(tx, work.runId);
        if (!run) return;
        await insertActivity(tx, work.orgId, work.runId, [
          { workerId: 0, phase: null, action: "breaker_closed", details: {} },
        ]);
        if (run.pauseReason === "provider") {
          await changeStatus(tx, work.orgId, work.runId, {
            to: "running",
            from: ["paused"],
            whilePausedFor: "provider",
          });
        }
      });
    }
  }
}

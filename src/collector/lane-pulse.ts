import type { Clock } from "../clock.ts";
import { type Sql, withOrganisation } from "../db/client.ts";
import { beatLane, type LaneState } from "../runs/lane-queries.ts";
import type { Owner } from "./queries.ts";

/** How long an answer of the store counts. */
const FRESH_MS = 1_000;
/** And how long after it was asked for: an answer that waited while the process was frozen tells of another time. */
const LONGEST_ANSWER_MS = 5_000;

/**
 * Knows when the store answered last, and that the lane was still ours then: no money is spent that cannot be booked,
 * and a process that was frozen finds out before it sends anything.
 */
export class LanePulse {
  readonly #sql: Sql;
  readonly #owner: Owner;
  readonly #clock: Clock;
  #answeredAt: number;
  #askedAt: number;
  #asking = false;

  constructor(sql: Sql, owner: Owner, clock: Clock) {
    this.#sql = sql;
    this.#owner = owner;
    this.#clock = clock;
    this.#answeredAt = clock.monotonic();
    this.#askedAt = this.#answeredAt;
  }

  get isFresh(): boolean {
    const now = this.#clock.monotonic();
    return now - this.#answeredAt <= FRESH_MS && now - this.#askedAt <= LONGEST_ANSWER_MS;
  }

  /**
   * Call with every transaction that went through: it was checked against the lane.
   * @param askedAt when it began, on the monotonic clock
   */
  felt(askedAt: number): void {
    this.#answeredAt = this.#clock.monotonic();
    this.#askedAt = Math.max(this.#askedAt, askedAt);
  }

  /** Renews the lane. `gone`: it is somebody else's; `away`: the store does not answer; `asking`: asked already. */
  async ask(): Promise<LaneState | "gone" | "away" | "asking"> {
    if (this.#asking) return "asking";
    this.#asking = true;
    const { orgId, runId, epoch } = this.#owner;
    const askedAt = this.#clock.monotonic();
    try {
      const state = await withOrganisation(this.#sql, orgId, (tx) => beatLane(tx, runId, epoch));
      this.felt(askedAt);
      return state ?? "gone";
    } catch {
      return "away";
    } finally {
      this.#asking = false;
    }
  }
}

import type { Clock } from "../clock.ts";

/** How fast a limit that was lowered by refusals comes back: it doubles each second without one. */
const GROWTH_PER_SECOND = 2;

/** What this process may use of the account until the next lease. */
export interface Lease {
  /** Calls at a time. */
  concurrency: number;
  /** Calls per second. */
  rate: number;
}

const UNLIMITED: Lease = { concurrency: Number.POSITIVE_INFINITY, rate: Number.POSITIVE_INFINITY };

/**
 * Keeps the calls of this process below its lease of the plan's rate and concurrency, and below what the provider has
 * been seen to take: a refusal halves that, time without one brings it back.
 */
export class Limiter {
  readonly #clock: Clock;
  #lease = UNLIMITED;
  /** Calls that may start at once: up to a second's worth. */
  #tokens = Number.POSITIVE_INFINITY;
  #filledAt: number;
  #lowered = Number.POSITIVE_INFINITY;
  #loweredAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#filledAt = clock.monotonic();
  }

  set lease(lease: Lease) {
    this.#fill();
    this.#lease = lease;
    this.#tokens = Math.min(this.#tokens, burst(lease.rate));
  }

  /** Calls at a time that the provider takes, as far as refusals have told; Infinity when none has. */
  get lowered(): number {
    const seconds = (this.#clock.monotonic() - this.#loweredAt) / 1000;
    return this.#lowered * GROWTH_PER_SECOND ** seconds;
  }

  /** @param inFlight the calls that were under way when the provider refused */
  lower(inFlight: number): void {
    this.#lowered = Math.max(1, Math.floor(inFlight / 2));
    this.#loweredAt = this.#clock.monotonic();
  }

  /**
   * Milliseconds until one more call may start.
   * @param mine calls of the lane that asks, @param all those of the process, @param lanes how many share the limit
   */
  waitMs(mine: number, all: number, lanes: number): number {
    const limit = Math.min(this.#lease.concurrency, Math.max(1, Math.floor(this.lowered)));
    // Each lane may have its part at any time; what others leave over does not wait for them.
    const fair = Math.ceil(limit / Math.max(1, lanes));
    if (all >= limit || (Number.isFinite(limit) && mine >= fair && all >= limit - lanes))
      return Number.POSITIVE_INFINITY;
    this.#fill();
    return this.#tokens >= 1 ? 0 : ((1 - this.#tokens) / this.#lease.rate) * 1000;
  }

  take(): void {
    this.#tokens -= 1;
  }

  #fill(): void {
    const now = this.#clock.monotonic();
    const { rate } = this.#lease;
    if (rate === Number.POSITIVE_INFINITY) this.#tokens = Number.POSITIVE_INFINITY;
    else this.#tokens = Math.min(burst(rate), this.#tokens + ((now - this.#filledAt) / 1000) * rate);
    this.#filledAt = now;
  }
}

/** A tenth of a second's calls: more at once would be over the plan's rate. */
const burst = (rate: number): number => Math.max(1, rate / 10);

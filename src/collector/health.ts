import { CredentialsError, type ProviderError, QuotaError, RetryableError } from "../providers/errors.ts";
import type { CallOutcome } from "../runs/items.ts";
import type { PauseReason } from "../runs/status.ts";
import { LONGEST_RETRY_AFTER_MS } from "./backoff.ts";
import type { Breaker } from "./breaker.ts";

const DRIFT_LIMIT = 10;
const FIRST_HOLD_MS = 500;
/** One call in this time tells whether the provider takes calls again, and soon enough. */
const LONGEST_HOLD_MS = 2_000;

export interface Alarm {
  reason: Extract<PauseReason, "provider" | "drift" | "credentials" | "quota">;
  message: string;
  /** For `provider`: how long to leave it alone. */
  retryAfterMs?: number;
}

/**
 * Watches how the calls of a lane end, and says when to slow down or stop: a refused account, a provider that is down,
 * a streak of pages that are billed but useless.
 */
export class Health {
  readonly #breaker: Breaker;
  readonly #random: () => number;
  #badPages = 0;
  #holdUntil = 0;
  #holds = 0;
  #throttled = false;
  /** Whether any call of this process brought an answer. */
  everReached = false;

  constructor(breaker: Breaker, random: () => number) {
    this.#breaker = breaker;
    this.#random = random;
  }

  /** How many calls may be under way: one while it is unknown whether the provider takes calls again. */
  concurrency(workers: number): number {
    return this.#throttled || this.#breaker.probing ? 1 : workers;
  }

  /** Milliseconds until the next call may be sent. */
  holdMs(now: number): number {
    return Math.max(0, this.#holdUntil - now);
  }

  pageRead(outcome: CallOutcome): Alarm | undefined {
    this.everReached = true;
    this.#throttled = false;
    this.#holds = 0;
    this.#breaker.succeeded();
    if (outcome === "ok" || outcome === "no_results") this.#badPages = 0;
    else this.#badPages += 1;
    if (this.#badPages < DRIFT_LIMIT) return undefined;
    this.#badPages = 0;
    return { reason: "drift", message: `${DRIFT_LIMIT} pages in a row could not be used (the last one: ${outcome}).` };
  }

  callFailed(error: ProviderError, now: number): Alarm | undefined {
    if (!(error.code === "network" && error.billing === "not_billed")) this.everReached = true;
    if (error instanceof CredentialsError) return { reason: "credentials", message: error.message };
    if (error instanceof QuotaError) return { reason: "quota", message: error.message };
    if (!(error instanceof RetryableError)) return undefined;
    if (error.code === "rate_limit") {
      this.#slowDown(error.retryAfterMs, now);
      return undefined;
    }
    this.#breaker.failed();
    if (!this.#breaker.tripped) return undefined;
    return { reason: "provider", message: error.message, retryAfterMs: this.#breaker.nextPause() };
  }

  /** All calls under way are refused together: they are one refusal, and one wait. */
  #slowDown(retryAfterMs: number | undefined, now: number): void {
    this.#throttled = true;
    if (this.#holdUntil > now) return;
    const ceiling = Math.min(FIRST_HOLD_MS * 2 ** this.#holds, LONGEST_HOLD_MS);
    this.#holds += 1;
    // "Retry-After: 0" from a provider that goes on refusing must not become a flood: it says nothing.
    const wait = retryAfterMs || ceiling * (0.5 + this.#random() / 2);
    this.#holdUntil = now + Math.min(wait, LONGEST_RETRY_AFTER_MS);
  }
}

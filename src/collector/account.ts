import type { Clock } from "../clock.ts";
import { CredentialsError, type ProviderError, QuotaError, RetryableError } from "../providers/errors.ts";
import type { PauseReason } from "../runs/status.ts";
import { LONGEST_RETRY_AFTER_MS } from "./backoff.ts";
import { Breaker } from "./breaker.ts";
import { Limiter } from "./limiter.ts";

const FIRST_HOLD_MS = 500;
/** One call in this time tells whether the provider takes calls again, and soon enough. */
const LONGEST_HOLD_MS = 2_000;

/** A reason to pause the run; `provider` pauses every run of the account. */
export interface Alarm {
  reason: Extract<PauseReason, "provider" | "drift" | "credentials" | "quota">;
  message: string;
  /** For `provider`: how long to leave it alone. */
  retryAfterMs?: number;
}

/** One lane's part in the account: what it has under way, and what it could use. */
export interface Seat {
  workers: number;
  inFlight: number;
  /** Called when more may be sent than before. */
  onRoom(): void;
}

/**
 * What this process knows of the provider account that all its lanes share: whether it takes calls at all (breaker),
 * whether it has just refused some (429), and how many of the plan's calls this process may make (limiter).
 */
export class Account {
  readonly breaker = new Breaker();
  readonly limiter: Limiter;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #seats = new Set<Seat>();
  #holdUntil = Number.NEGATIVE_INFINITY;
  #holds = 0;
  #openUntil = Number.NEGATIVE_INFINITY;
  #throttled = false;
  /** Whether any call of this process brought an answer. */
  everReached = false;

  constructor(clock: Clock, random: () => number) {
    this.#clock = clock;
    this.#random = random;
    this.limiter = new Limiter(clock);
  }

  get seats(): ReadonlySet<Seat> {
    return this.#seats;
  }

  /** Called when a lane joins: its process may need a part of the plan first. */
  onJoin: () => void = () => undefined;

  join(seat: Seat): Disposable {
    this.#seats.add(seat);
    this.onJoin();
    return { [Symbol.dispose]: () => void this.#seats.delete(seat) };
  }

  /** Milliseconds until this seat may send its next call; 0: now; Infinity: when one that is under way has ended. */
  waitMs(seat: Seat): number {
    const hold = this.#holdUntil - this.#clock.monotonic();
    if (hold > 0) return hold;
    const inFlight = this.inFlight;
    if (this.#throttled || this.breaker.probing) return inFlight > 0 ? Number.POSITIVE_INFINITY : 0;
    if (seat.inFlight >= seat.workers) return Number.POSITIVE_INFINITY;
    return this.limiter.waitMs(seat.inFlight, inFlight, this.#seats.size);
  }

  get inFlight(): number {
    return [...this.#seats].reduce((sum, seat) => sum + seat.inFlight, 0);
  }

  started(seat: Seat): void {
    seat.inFlight += 1;
    this.limiter.take();
  }

  /** A call is over, however: whoever waits for its place may have it. */
  ended(seat: Seat): void {
    seat.inFlight -= 1;
    for (const other of this.#seats) if (other !== seat) other.onRoom();
  }

  answered(): void {
    this.everReached = true;
    const wasHeld = this.#throttled || this.breaker.probing;
    this.#openUntil = Number.NEGATIVE_INFINITY;
    this.#throttled = false;
    this.#holds = 0;
    this.breaker.succeeded();
    if (wasHeld) for (const seat of this.#seats) seat.onRoom();
  }

  failed(error: ProviderError): Alarm | undefined {
    if (!(error.code === "network" && error.billing === "not_billed")) this.everReached = true;
    if (error instanceof CredentialsError) return { reason: "credentials", message: error.message };
    if (error instanceof QuotaError) return { reason: "quota", message: error.message };
    if (!(error instanceof RetryableError)) return undefined;
    if (error.code === "rate_limit") {
      this.#slowDown(error.retryAfterMs);
      return undefined;
    }
    return this.#trip(error.message);
  }

  /** What was under way when the breaker tripped fails as well: that is one outage, not one more each time. */
  #trip(message: string): Alarm | undefined {
    const now = this.#clock.monotonic();
    if (now >= this.#openUntil) {
      this.breaker.failed();
      if (!this.breaker.tripped) return undefined;
      this.#openUntil = now + this.breaker.nextPause();
    }
    return { reason: "provider", message, retryAfterMs: this.#openUntil - now };
  }

  /** All calls under way are refused together: they are one refusal, and one wait. */
  #slowDown(retryAfterMs: number | undefined): void {
    const now = this.#clock.monotonic();
    if (!this.#throttled) this.limiter.lower(this.inFlight);
    this.#throttled = true;
    if (this.#holdUntil > now) return;
    const ceiling = Math.min(FIRST_HOLD_MS * 2 ** this.#holds, LONGEST_HOLD_MS);
    this.#holds += 1;
    // "Retry-After: 0" from a provider that goes on refusing must not become a flood: it says nothing.
    const wait = retryAfterMs || ceiling * (0.5 + this.#random() / 2);
    this.#holdUntil = now + Math.min(wait, LONGEST_RETRY_AFTER_MS);
  }
}

const CONSECUTIVE_LIMIT = 5;
const WINDOW = 10;
const WINDOW_LIMIT = 6;
const FIRST_PAUSE_MS = 15_000;
const LONGEST_PAUSE_MS = 10 * 60_000;

/**
 * Watches the calls to one provider account. It trips after 5 failures in a row or 6 of the last 10; each further trip
 * without a success in between doubles the pause.
 */
export class Breaker {
  #recent: boolean[] = [];
  #tripsInARow = 0;

  get tripped(): boolean {
    const failures = this.#recent.filter((ok) => !ok).length;
    const lastInARow = this.#recent.slice(-CONSECUTIVE_LIMIT);
    return failures >= WINDOW_LIMIT || (lastInARow.length === CONSECUTIVE_LIMIT && lastInARow.every((ok) => !ok));
  }

  /** Whether the next call is the one that tells if the provider is back. */
  get probing(): boolean {
    return this.#tripsInARow > 0;
  }

  succeeded(): void {
    if (this.probing) this.#recent = [];
    this.#tripsInARow = 0;
    this.#note(true);
  }

  failed(): void {
    this.#note(false);
  }

  /** Milliseconds to leave the provider alone; afterwards one call probes it. */
  nextPause(): number {
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** this.#tripsInARow, LONGEST_PAUSE_MS);
    this.#tripsInARow += 1;
    // One more failure trips at once: the probe is a single call.
    this.#recent = Array.from({ length: CONSECUTIVE_LIMIT - 1 }, () => false);
    return pause;
  }

  #note(ok: boolean): void {
    this.#recent.push(ok);
    if (this.#recent.length > WINDOW) this.#recent.shift();
  }
}

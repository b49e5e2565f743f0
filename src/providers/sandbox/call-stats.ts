interface KeyCount {
  calls: number;
  billed: number;
}

export interface StatsSnapshot {
  calls: number;
  billed_calls: number;
  by_source: Record<string, KeyCount>;
  /** By HTTP status, or by the status inside the answer when that is another one. */
  by_status: Record<string, number>;
  /** How many keys were billed at all. */
  billed_keys: number;
  /** How many keys were billed more than once, and which. */
  repeats: number;
  billed_repeats: Record<string, number>;
  in_flight: number;
  max_in_flight: number;
  started_at: string;
}

/** The provider's own count of what it was asked and what it charges for. A key is `source|query or url|page`. */
export class CallStats {
  #keys = new Map<string, KeyCount>();
  #sources = new Map<string, KeyCount>();
  #statuses = new Map<string, number>();
  #inFlight = 0;
  #maxInFlight = 0;
  #startedAt = new Date();

  /** Forgets everything but the calls that are in flight. */
  reset(): void {
    this.#keys.clear();
    this.#sources.clear();
    this.#statuses.clear();
    this.#maxInFlight = this.#inFlight;
    this.#startedAt = new Date();
  }

  enter(): void {
    this.#inFlight++;
    this.#maxInFlight = Math.max(this.#maxInFlight, this.#inFlight);
  }

  leave(): void {
    this.#inFlight--;
  }

  /** How many calls of a key were counted before. */
  callsOf(key: string): number {
    return this.#keys.get(key)?.calls ?? 0;
  }

  /** Counts a call whose answer was decided; whether anybody reads it makes no difference to the bill. */
  count(source: string, key: string | undefined, status: string, billed: boolean): void {
    add(this.#sources, source, billed);
    if (key !== undefined) add(this.#keys, key, billed);
    this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + 1);
  }

  keys(): Record<string, KeyCount> {
    return Object.fromEntries(this.#keys);
  }

  snapshot(): StatsSnapshot {
    const billed = [...this.#keys].filter(([, count]) => count.billed > 0);
    const repeated = billed.filter(([, count]) => count.billed > 1);
    const sources = [...this.#sources.values()];
    return {
      calls: sources.reduce((sum, { calls }) => sum + calls, 0),
      billed_calls: sources.reduce((sum, source) => sum + source.billed, 0),
      by_source: Object.fromEntries(this.#sources),
      by_status: Object.fromEntries(this.#statuses),
      billed_keys: billed.length,
      repeats: repeated.length,
      billed_repeats: Object.fromEntries(repeated.map(([key, count]) => [key, count.billed])),
      in_flight: this.#inFlight,
      max_in_flight: this.#maxInFlight,
      started_at: this.#startedAt.toISOString(),
    };
  }
}

function add(counts: Map<string, KeyCount>, key: string, billed: boolean): void {
  const count = counts.get(key) ?? { calls: 0, billed: 0 };
  count.calls++;
  if (billed) count.billed++;
  counts.set(key, count);
}

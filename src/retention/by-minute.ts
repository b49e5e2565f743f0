/** What is to go so that the rest fits: everything before a minute, and of that minute the oldest `rest` bytes. */
export interface Cut {
  /** The beginning of the minute, in milliseconds. */
  minute: number;
  rest: number;
}

export const MINUTE_MS = 60_000;

/** How many bytes were stored in which minute: enough to find the oldest files without holding a list of all. */
export class BytesByMinute {
  readonly #bytes = new Map<number, number>();
  #total = 0;

  add(storedAt: number, bytes: number): void {
    const minute = minuteOf(storedAt);
    this.#bytes.set(minute, (this.#bytes.get(minute) ?? 0) + bytes);
    this.#total += bytes;
  }

  /** Undefined when all of it fits. */
  cutAt(limit: number): Cut | undefined {
    let excess = this.#total - limit;
    if (excess <= 0) return undefined;
    for (const [minute, bytes] of [...this.#bytes].sort(([a], [b]) => a - b)) {
      if (bytes >= excess) return { minute, rest: excess };
      excess -= bytes;
    }
    return undefined;
  }
}

export const minuteOf = (instant: number): number => Math.floor(instant / MINUTE_MS) * MINUTE_MS;

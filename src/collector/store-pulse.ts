import type { Clock } from "../clock.ts";
import type { Sql } from "../db/client.ts";
import { ping } from "../db/connection.ts";

/** How long an answer of the store counts. */
export const STORE_FRESH_MS = 1_000;

/** Knows when the store answered last: no money is spent that cannot be booked. */
export class StorePulse {
  readonly #sql: Sql;
  readonly #clock: Clock;
  #answeredAt: number;
  #asking = false;

  constructor(sql: Sql, clock: Clock) {
    this.#sql = sql;
    this.#clock = clock;
    this.#answeredAt = clock.monotonic();
  }

  get isFresh(): boolean {
    return this.#clock.monotonic() - this.#answeredAt <= STORE_FRESH_MS;
  }

  /** Call with every answer of the store. */
  felt(): void {
    this.#answeredAt = this.#clock.monotonic();
  }

  /** True when it answers now, false when it does not; undefined when that is being asked already. */
  async ask(): Promise<boolean | undefined> {
    if (this.#asking) return undefined;
    this.#asking = true;
    try {
      await ping(this.#sql);
      this.felt();
      return true;
    } catch {
      return false;
    } finally {
      this.#asking = false;
    }
  }
}

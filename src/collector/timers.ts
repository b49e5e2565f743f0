import type { AlarmClock } from "../clock.ts";

/** Timers that end together. */
export class Timers {
  readonly #clock: AlarmClock;
  readonly #running = new Set<() => void>();

  constructor(clock: AlarmClock) {
    this.#clock = clock;
  }

  /** A time that has passed already means: in the next turn of the event loop. */
  after(ms: number, action: () => void): void {
    const callOff = this.#clock.after(Math.max(0, ms), () => {
      this.#running.delete(callOff);
      action();
    });
    this.#running.add(callOff);
  }

  every(ms: number, action: () => void): void {
    this.after(ms, () => {
      this.every(ms, action);
      action();
    });
  }

  clear(): void {
    for (const callOff of this.#running) callOff();
    this.#running.clear();
  }
}

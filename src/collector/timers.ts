/** Timers that end together. */
export class Timers {
  readonly #running = new Set<ReturnType<typeof setTimeout>>();

  /** A time that has passed already means: in the next turn of the event loop. */
  after(ms: number, action: () => void): void {
    const timer = setTimeout(
      () => {
        this.#running.delete(timer);
        action();
      },
      Math.max(0, ms),
    );
    this.#running.add(timer);
  }

  clear(): void {
    for (const timer of this.#running) clearTimeout(timer);
    this.#running.clear();
  }
}

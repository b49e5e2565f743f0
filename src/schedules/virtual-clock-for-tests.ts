import type { Clock } from "../clock.ts";

interface Sleeper {
  until: number;
  wake: () => void;
}

/** Time that passes only while everybody sleeps: then at once to the earliest waking. */
export class VirtualClock implements Clock {
  /** Each sleep that was asked for, in milliseconds. */
  readonly sleeps: number[] = [];
  readonly #sleepers = new Set<Sleeper>();
  readonly #everybody: number;
  readonly #end: number;
  #now: number;
  #onEnd: (() => void) | undefined;

  /** @param end when time stops: who would sleep longer is not woken, but by a signal */
  constructor(start: Date, end: Date, everybody = 1) {
    this.#now = start.getTime();
    this.#end = end.getTime();
    this.#everybody = everybody;
  }

  now = (): Date => new Date(this.#now);
  monotonic = (): number => this.#now;

  sleep = (ms: number, signal?: AbortSignal): Promise<void> => {
    this.sleeps.push(ms);
    const { promise, resolve } = Promise.withResolvers<void>();
    const sleeper = { until: this.#now + ms, wake: resolve };
    this.#sleepers.add(sleeper);
    signal?.addEventListener("abort", () => this.#wake(sleeper), { once: true });
    if (signal?.aborted) this.#wake(sleeper);
    this.#pass();
    return promise;
  };

  /** Nobody is woken by it: as a clock that is set. */
  set(now: Date): void {
    this.#now = now.getTime();
  }

  /** Resolves once everybody sleeps for longer than time lasts. */
  atItsEnd(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onEnd = resolve;
    this.#pass();
    return promise;
  }

  /** Resolves once somebody was woken by a signal, and everybody sleeps anew. */
  asleepAgain(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onEnd = resolve;
    return promise;
  }

  #pass(): void {
    if (this.#sleepers.size < this.#everybody) return;
    const next = Math.min(...[...this.#sleepers].map(({ until }) => until));
    if (next > this.#end) return this.#onEnd?.();
    this.#now = Math.max(this.#now, next);
    for (const sleeper of this.#sleepers) if (sleeper.until <= this.#now) this.#wake(sleeper);
  }

  #wake(sleeper: Sleeper): void {
    if (this.#sleepers.delete(sleeper)) sleeper.wake();
  }
}

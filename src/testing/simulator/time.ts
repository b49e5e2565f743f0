import type { AlarmClock } from "../../clock.ts";

/** Whose events wait while it is frozen, and never come once it is dead. */
export interface Owner {
  readonly isDead: boolean;
  /** In virtual milliseconds. */
  readonly frozenUntil: number;
}

interface Event {
  at: number;
  order: number;
  owner: Owner | undefined;
  /** A promise is waited for: virtual time stands still meanwhile. */
  action: () => unknown;
  /** Done together with others of its kind that are due by then (see `overlap`). */
  overlaps: boolean;
}

const START_OF_MONOTONIC = 1_000_000;

/**
 * Virtual time: a queue of events, done one after the other, each once everything that the one before it has set off has
 * come to rest. Nothing waits for real time but for the database.
 */
export class VirtualTime {
  readonly #start: number;
  #events: Event[] = [];
  #orders = 0;
  /** Of the epoch. */
  now: number;
  /** How many events there have been. */
  events = 0;
  /** Events that overlap are done together when they lie within so many milliseconds; 0: one after the other. */
  overlap = 0;

  constructor(start: Date) {
    this.#start = start.getTime();
    this.now = this.#start;
  }

  get elapsed(): number {
    return this.now - this.#start;
  }

  /** Does `action` at a time from now; what it returns calls that off. */
  after(ms: number, action: () => unknown, owner?: Owner, overlaps = false): () => void {
    const event = { at: this.now + ms, order: this.#orders++, owner, action, overlaps };
    this.#insert(event);
    return () => {
      this.#events = this.#events.filter((other) => other !== event);
    };
  }

  /** Lets time pass until `isOver`, or nothing is left that could happen. */
  async pass(isOver: () => boolean): Promise<void> {
    await allAtRest();
    while (!isOver()) {
      const due = this.#next();
      if (due.length === 0) return;
      await Promise.all(due.map((event) => event.action()));
      await allAtRest();
    }
  }

  clockOf(owner: Owner): AlarmClock {
    // Like a real timer: never in less than a millisecond.
    const after: AlarmClock["after"] = (ms, action) => this.after(Math.max(1, Math.ceil(ms)), action, owner);
    return {
      now: () => new Date(this.now),
      monotonic: () => this.elapsed + START_OF_MONOTONIC,
      after,
      sleep: (ms, signal) =>
        new Promise((resolve) => {
          if (signal?.aborted) return resolve();
          const callOff = after(ms, resolve);
          signal?.addEventListener(
            "abort",
            () => {
              callOff();
              resolve();
            },
            { once: true },
          );
        }),
    };
  }

  #next(): Event[] {
    for (;;) {
      const event = this.#events.shift();
      if (!event) return [];
      if (event.owner?.isDead) continue;
      if (event.owner && event.owner.frozenUntil > event.at) {
        this.#insert({ ...event, at: event.owner.frozenUntil });
        continue;
      }
      this.now = Math.max(this.now, event.at);
      this.events += 1;
      return event.overlaps && this.overlap > 0 ? [event, ...this.#alongside(event)] : [event];
    }
  }

  #alongside({ at }: Event): Event[] {
    const until = at + this.overlap;
    const isAlongside = ({ at, owner, overlaps }: Event) =>
      overlaps && at <= until && !owner?.isDead && !(owner && owner.frozenUntil > at);
    const together = this.#events.filter(isAlongside);
    this.#events = this.#events.filter((event) => !isAlongside(event));
    return together;
  }

  #insert(event: Event): void {
    let index = this.#events.length;
    while (index > 0 && isBefore(event, this.#events[index - 1])) index -= 1;
    this.#events.splice(index, 0, event);
  }
}

const isBefore = (event: Event, other: Event | undefined): boolean =>
  other !== undefined && (event.at < other.at || (event.at === other.at && event.order < other.order));

/** Everything that waits for a promise has gone on as far as it can. */
const allAtRest = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

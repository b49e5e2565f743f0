import { Outlet, type OutletEvents } from "../live/outlet.ts";

/** One viewer of a run's events: what it has seen, and how it goes on from there. Nothing is buffered for it. */
export class Viewer {
  readonly outlet: Outlet;
  /** The event that it has seen, as it says; null when it is new, NaN when it is no id. */
  readonly seen: number | null;
  /** How many readings had begun when it came: one that began later knows of what it has seen elsewhere. */
  readonly cameAt: number;
  /** The last event that it was sent; undefined until it is known where it goes on. */
  position: number | undefined;
  /** It reads old events from the table, until it has caught up; who fell behind meanwhile may do so too. */
  isReplaying = false;
  /** Something is being read for it alone. */
  isBusy = false;

  constructor(seen: string | null, cameAt: number, events: OutletEvents) {
    this.seen = seen === null || seen === "" ? null : idOf(seen);
    this.cameAt = cameAt;
    this.outlet = new Outlet(events);
  }

  send(upTo: number, message: Uint8Array): void {
    // In this order: putting may ask for more at once.
    this.position = upTo;
    this.outlet.put(message);
  }
}

const idOf = (text: string): number => (/^\d{1,15}$/.test(text) ? Number(text) : Number.NaN);

import { BEAT, END, GREETING } from "../live/channel.ts";
import { frame } from "../live/frame.ts";
import type { Joining, LiveChannel } from "../live/hub.ts";
import type { News } from "./activity.ts";
import { toActivityJson } from "./dto.ts";
import type { Activity } from "./event.ts";
import { type Entry, Ring, type RingBounds } from "./ring.ts";
import { Viewer } from "./viewer.ts";

/** Where the events of one run come from. */
export interface ActivitySource {
  /** What came after an event; the newest events for null. */
  read: (afterId: number | null, limit: number) => Promise<News>;
  /** What came after an event that a viewer has seen; undefined when it is not kept. */
  replay: (seenId: number, limit: number) => Promise<Activity[] | undefined>;
  /** The run as it is, for who cannot be told all that happened: JSON on one line. */
  state: (newestId: number) => Promise<string>;
}

export interface ActivityChannelOptions {
  source: ActivitySource;
  /** Called when the last viewer has left. */
  onEmpty: () => void;
  onError: (error: unknown) => void;
  bounds?: RingBounds;
}

/** What a new viewer is shown of the past. */
const SHOWN_AT_FIRST = 100;
const READ_AT_ONCE = 500;
const REPLAYED_AT_ONCE = 100;
/** What is sent in one piece. */
const CHUNK_BYTES = 32 * 1024;
const BOUNDS: RingBounds = { events: 2_000, bytes: 1024 * 1024 };

const encoder = new TextEncoder();

/**
 * All viewers of one run's events: what is new is read and rendered once, whatever their number, and kept in a ring. Each
 * viewer has a place in it. Who falls out of it is told so and goes on with the newest state.
 */
export class ActivityChannel implements LiveChannel {
  readonly #options: ActivityChannelOptions;
  readonly #viewers = new Set<Viewer>();
  #ring: Ring | undefined;
  #isFinal = false;
  #isStale = false;
  #reading: Promise<void> | undefined;
  #readings = 0;
  #chunk: { after: number; head: number; entry: Entry } | undefined;
  #state: { newestId: number; message: Promise<Uint8Array> } | undefined;
  readonly #pieces = new Map<number, Promise<Entry | undefined>>();
  #turn: Promise<void> = Promise.resolve();

  constructor(options: ActivityChannelOptions) {
    this.#options = options;
  }

  join({ seen, onEnd }: Joining): ReadableStream<Uint8Array> {
    const events = { onRoom: () => this.#sendTo(viewer), onGone: () => this.#forget(viewer), onEnd };
    const viewer = new Viewer(seen, this.#readings, events);
    this.#viewers.add(viewer);
    viewer.outlet.put(GREETING);
    if (this.#ring) this.#place(viewer, this.#ring, this.#readings);
    else if (!this.#reading) void this.refresh();
    return viewer.outlet.stream;
  }

  /** Calls that come while it reads are answered by one more reading. */
  refresh(): Promise<void> {
    if (this.#viewers.size === 0) return Promise.resolve();
    this.#isStale = true;
    this.#reading ??= this.#readAll();
    return this.#reading;
  }

  beat(): void {
    for (const { outlet } of this.#viewers) if (outlet.hasRoom) outlet.put(BEAT);
  }

  look(): void {
    for (const { outlet } of [...this.#viewers]) outlet.look();
  }

  close(): void {
    for (const { outlet } of [...this.#viewers]) outlet.end();
  }

  async #readAll(): Promise<void> {
    while (this.#isStale && this.#viewers.size > 0) {
      this.#isStale = false;
      try {
        await this.#read();
      } catch (error) {
        // The viewers keep what they have; the next announcement or look asks again.
        this.#options.onError(error);
      }
    }
    // Here and not after it: an announcement in between would wait for a reading that is over.
    this.#reading = undefined;
  }

  async #read(): Promise<void> {
    const reading = ++this.#readings;
    const isFirst = this.#ring === undefined;
    const { events, isFinal } = await this.#options.source.read(this.#ring?.head ?? null, READ_AT_ONCE);
    this.#ring ??= new Ring(this.#options.bounds ?? BOUNDS, (events[0]?.id ?? 1) - 1);
    for (const event of events) this.#ring.push(entryOf(event));
    const hasAll = isFirst || events.length < READ_AT_ONCE;
    if (!hasAll) this.#isStale = true;
    this.#isFinal = isFinal && hasAll;
    for (const viewer of [...this.#viewers]) {
      if (viewer.position === undefined) this.#place(viewer, this.#ring, reading);
      else this.#sendTo(viewer);
    }
  }

  /** Where a viewer goes on. What it has seen may have come from another process, of which this one does not know yet. */
  #place(viewer: Viewer, ring: Ring, reading: number): void {
    if (viewer.isBusy) return;
    const { seen } = viewer;
    if (seen !== null && seen > ring.head && reading <= viewer.cameAt) return void this.refresh();
    if (seen === null) viewer.position = ring.before(SHOWN_AT_FIRST);
    else if (ring.has(seen)) viewer.position = seen;
    else if (seen <= ring.floor) viewer.position = seen;
    else return void this.#reset(viewer, ring);
    viewer.isReplaying = seen !== null && seen <= ring.floor;
    this.#sendTo(viewer);
  }

  /** As much as there is room for. */
  #sendTo(viewer: Viewer): void {
    const ring = this.#ring;
    if (!ring || viewer.isBusy || viewer.position === undefined) return;
    while (viewer.outlet.hasRoom && viewer.position < ring.head) {
      if (viewer.isReplaying) return void this.#replay(viewer, ring);
      if (viewer.position < ring.floor) return void this.#reset(viewer, ring);
      const { id, bytes } = this.#chunkAfter(ring, viewer.position);
      viewer.send(id, bytes);
    }
    if (this.#isFinal && viewer.position >= ring.head) this.#endOf(viewer);
  }

  /** Most viewers stand at the same place: they share the piece. */
  #chunkAfter(ring: Ring, after: number): Entry {
    const { head } = ring;
    if (this.#chunk?.after !== after || this.#chunk.head !== head) {
      this.#chunk = { after, head, entry: ring.after(after, CHUNK_BYTES) };
    }
    return this.#chunk.entry;
  }

  #endOf(viewer: Viewer): void {
    viewer.isBusy = true;
    viewer.outlet.put(END);
    viewer.outlet.end();
  }

  #replay(viewer: Viewer, ring: Ring): void {
    this.#alone(viewer, async () => {
      const piece = await this.#pieceAfter(viewer.position ?? 0);
      if (piece) viewer.send(piece.id, piece.bytes);
      else await this.#sendState(viewer, ring);
      viewer.isReplaying = piece !== undefined && piece.id < ring.floor;
    });
  }

  /**
   * A piece of the table; undefined where it does not go on from there. Those who ask for the same share it, and the
   * others wait for their turn: many that come back at once leave room for other work.
   */
  #pieceAfter(seen: number): Promise<Entry | undefined> {
    const asked = this.#pieces.get(seen);
    if (asked) return asked;
    const piece = this.#turn.then(() => this.#options.source.replay(seen, REPLAYED_AT_ONCE)).then(pieceOf(seen));
    this.#pieces.set(seen, piece);
    const done = () => void this.#pieces.delete(seen);
    this.#turn = piece.then(done, done);
    return piece;
  }

  #reset(viewer: Viewer, ring: Ring): void {
    this.#alone(viewer, () => this.#sendState(viewer, ring));
  }

  async #sendState(viewer: Viewer, ring: Ring): Promise<void> {
    const { newestId, message } = this.#stateOf(ring);
    viewer.send(newestId, await message);
  }

  /** The newest state, read once for all who need it at this moment. It is at least as new as its event id. */
  #stateOf({ head }: Ring): { newestId: number; message: Promise<Uint8Array> } {
    if (this.#state?.newestId === head) return this.#state;
    const message = this.#options.source
      .state(head)
      // Without an event there is no id to go on from.
      .then((data) => encoder.encode(frame({ id: head === 0 ? "" : String(head), event: "reset", data })))
      .finally(() => {
        if (this.#state === state) this.#state = undefined;
      });
    const state = { newestId: head, message };
    this.#state = state;
    return state;
  }

  /** Reads something for one viewer, which is sent nothing else meanwhile. */
  #alone(viewer: Viewer, work: () => Promise<void>): void {
    viewer.isBusy = true;
    work().then(
      () => {
        viewer.isBusy = false;
        this.#sendTo(viewer);
      },
      (error) => {
        this.#options.onError(error);
        // It comes back and asks again.
        viewer.outlet.end();
      },
    );
  }

  #forget(viewer: Viewer): void {
    this.#viewers.delete(viewer);
    if (this.#viewers.size === 0) this.#options.onEmpty();
  }
}

function entryOf(event: Activity): Entry {
  const data = JSON.stringify(toActivityJson(event));
  return { id: event.id, bytes: encoder.encode(frame({ id: String(event.id), data })) };
}

const pieceOf =
  (seen: number) =>
  (events: Activity[] | undefined): Entry | undefined =>
    events && { id: events.at(-1)?.id ?? seen, bytes: Buffer.concat(events.map((event) => entryOf(event).bytes)) };

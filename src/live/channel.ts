import type { Clock } from "../clock.ts";
import { frame, HEARTBEAT, retry } from "./frame.ts";
import type { Joining, LiveChannel } from "./hub.ts";
import { Subscriber } from "./subscriber.ts";

/** A run as of one moment, ready to send. */
export interface Snapshot {
  /** Another one with every commit of the run; the event id. */
  revision: string;
  fragment: string;
  /** Nothing will change any more. */
  isFinal: boolean;
}

export interface ChannelOptions {
  /** Reads the run anew. */
  read: () => Promise<Snapshot>;
  clock: Pick<Clock, "sleep">;
  /** Called when the last viewer has left. */
  onEmpty: () => void;
  onError: (error: unknown) => void;
}

/** At most four states a second reach a page. */
const MIN_GAP_MS = 250;
const RETRY_MS = 1000;

const encoder = new TextEncoder();
export const GREETING = encoder.encode(retry(RETRY_MS));
export const BEAT = encoder.encode(HEARTBEAT);
export const END = encoder.encode(frame({ event: "end", data: "finished" }));

/** All viewers of one run's states: it is read and rendered once per change, whatever their number. */
export class Channel implements LiveChannel {
  readonly #options: ChannelOptions;
  /** Each viewer with the revision that it shows. */
  readonly #viewers = new Map<Subscriber, string | null>();
  #current: { revision: string; message: Uint8Array; isFinal: boolean } | undefined;
  #isReading = false;
  #isStale = false;

  constructor(options: ChannelOptions) {
    this.#options = options;
  }

  /** The revision that the viewer has seen is not sent again. */
  join({ seen, onEnd }: Joining): ReadableStream<Uint8Array> {
    const viewer = new Subscriber(() => this.#forget(viewer), onEnd);
    this.#viewers.set(viewer, seen);
    viewer.send(GREETING);
    if (this.#current) this.#deliver(viewer);
    else void this.refresh();
    return viewer.stream;
  }

  /** Calls that come while it reads are answered by one more reading. */
  async refresh(): Promise<void> {
    this.#isStale = true;
    if (this.#isReading) return;
    this.#isReading = true;
    while (this.#isStale && this.#viewers.size > 0) {
      this.#isStale = false;
      await this.#read();
      await this.#options.clock.sleep(MIN_GAP_MS);
    }
    this.#isReading = false;
  }

  beat(): void {
    for (const viewer of this.#viewers.keys()) viewer.beat(BEAT);
  }

  look(): void {
    for (const viewer of [...this.#viewers.keys()]) viewer.look();
  }

  close(): void {
    for (const viewer of [...this.#viewers.keys()]) viewer.close();
  }

  async #read(): Promise<void> {
    try {
      const { revision, fragment, isFinal } = await this.#options.read();
      if (this.#current?.revision === revision) return;
      this.#current = { revision, message: encoder.encode(frame({ id: revision, data: fragment })), isFinal };
      for (const viewer of [...this.#viewers.keys()]) this.#deliver(viewer);
    } catch (error) {
      // The viewers keep what they have; the next change or look asks again.
      this.#options.onError(error);
    }
  }

  #deliver(viewer: Subscriber): void {
    if (!this.#current) return;
    const { revision, message, isFinal } = this.#current;
    if (this.#viewers.get(viewer) !== revision) viewer.send(message);
    this.#viewers.set(viewer, revision);
    if (isFinal) viewer.close(END);
  }

  #forget(viewer: Subscriber): void {
    this.#viewers.delete(viewer);
    if (this.#viewers.size === 0) this.#options.onEmpty();
  }
}

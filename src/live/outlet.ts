/** Bytes that may wait for a reader before it is sent nothing more for now. */
const HIGH_WATER = 64 * 1024;

/** Looks in a row, five seconds apart, that found a reader behind and nothing taken: its connection is gone within 30 s. */
const PATIENCE = 4;

export interface OutletEvents {
  /** There is room again. */
  onRoom: () => void;
  /** Called once, when the reader has left or its stream was ended. */
  onGone: () => void;
  /** Called before the stream is ended by us: who reads nothing would keep its connection for ever. */
  onEnd?: (() => void) | undefined;
}

/** The stream to one reader. Holds the high-water mark and one message at most, as long as callers ask `hasRoom`. */
export class Outlet {
  readonly stream: ReadableStream<Uint8Array>;
  readonly #events: OutletEvents;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #room = 0;
  #looks = 0;

  constructor(events: OutletEvents) {
    this.#events = events;
    this.stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => {
          this.#looks = 0;
          events.onRoom();
        },
        cancel: () => this.#leave(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: HIGH_WATER }),
    );
  }

  get hasRoom(): boolean {
    return (this.#controller?.desiredSize ?? 0) > 0;
  }

  put(message: Uint8Array): void {
    this.#controller?.enqueue(message);
  }

  /** To be called every five seconds: a reader that takes nothing all the while is let go. */
  look(): void {
    const room = this.#controller?.desiredSize ?? 0;
    const takesNothing = room <= 0 && room === this.#room;
    this.#room = room;
    this.#looks = takesNothing ? this.#looks + 1 : 0;
    if (this.#looks >= PATIENCE) this.end();
  }

  end(): void {
    if (this.#controller === undefined) return;
    this.#events.onEnd?.();
    this.#controller.close();
    this.#leave();
  }

  #leave(): void {
    if (this.#controller === undefined) return;
    this.#controller = undefined;
    this.#events.onGone();
  }
}

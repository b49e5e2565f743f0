/** Bytes that may wait for a reader before newer states are skipped for it. */
const HIGH_WATER = 64 * 1024;

/** Heartbeats in a row that found the reader still behind before it is let go. */
const PATIENCE = 4;

/**
 * One viewer of a live stream. What it is sent are whole states, so a reader that falls behind is sent the newest one
 * when it has caught up, and nothing in between: it never holds more than the high-water mark and one message.
 */
export class Subscriber {
  readonly stream: ReadableStream<Uint8Array>;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #newest: Uint8Array | undefined;
  readonly #onGone: () => void;
  #behind = 0;

  /** @param onGone called once, when the viewer has left or was let go */
  constructor(onGone: () => void) {
    this.#onGone = onGone;
    this.stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => this.#catchUp(),
        cancel: () => this.#leave(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: HIGH_WATER }),
    );
  }

  send(message: Uint8Array): void {
    if (this.#isBehind()) this.#newest = message;
    else this.#controller?.enqueue(message);
  }

  /** A comment that keeps the connection open; lets a reader go that has taken nothing for a while. */
  beat(comment: Uint8Array): void {
    if (!this.#isBehind()) {
      this.#behind = 0;
      this.#controller?.enqueue(comment);
    } else if (++this.#behind >= PATIENCE) this.close();
  }

  /** Ends the stream after what it was sent last. */
  close(last?: Uint8Array): void {
    if (this.#newest) this.#controller?.enqueue(this.#newest);
    if (last) this.#controller?.enqueue(last);
    this.#controller?.close();
    this.#leave();
  }

  #isBehind(): boolean {
    return (this.#controller?.desiredSize ?? 0) <= 0;
  }

  #catchUp(): void {
    if (this.#newest === undefined) return;
    this.#controller?.enqueue(this.#newest);
    this.#newest = undefined;
  }

  #leave(): void {
    if (this.#controller === undefined) return;
    this.#controller = undefined;
    this.#newest = undefined;
    this.#onGone();
  }
}

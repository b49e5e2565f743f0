import { Outlet } from "./outlet.ts";

/**
 * One viewer of whole states: a reader that falls behind is sent the newest one when it has caught up, and nothing in
 * between.
 */
export class Subscriber {
  readonly #outlet: Outlet;
  #newest: Uint8Array | undefined;

  /**
   * @param onGone called once, when the viewer has left or was let go
   * @param onEnd called before its stream is ended by us
   */
  constructor(onGone: () => void, onEnd?: () => void) {
    this.#outlet = new Outlet({ onRoom: () => this.#catchUp(), onGone, onEnd });
  }

  get stream(): ReadableStream<Uint8Array> {
    return this.#outlet.stream;
  }

  send(message: Uint8Array): void {
    if (this.#outlet.hasRoom) this.#outlet.put(message);
    else this.#newest = message;
  }

  /** A comment that keeps the connection open. */
  beat(comment: Uint8Array): void {
    if (this.#outlet.hasRoom) this.#outlet.put(comment);
  }

  /** To be called every five seconds: lets a reader go that takes nothing. */
  look(): void {
    this.#outlet.look();
  }

  /** Ends the stream after what it was sent last. */
  close(last?: Uint8Array): void {
    this.#catchUp();
    if (last) this.#outlet.put(last);
    this.#outlet.end();
  }

  #catchUp(): void {
    if (this.#newest === undefined) return;
    this.#outlet.put(this.#newest);
    this.#newest = undefined;
  }
}

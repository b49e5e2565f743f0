/** An event, ready to send. */
export interface Entry {
  id: number;
  bytes: Uint8Array;
}

export interface RingBounds {
  events: number;
  bytes: number;
}

/** The newest events of a run, bounded in number and in bytes, shared by all who watch it. */
export class Ring {
  readonly #bounds: RingBounds;
  #entries: Entry[] = [];
  #bytes = 0;
  #floor: number;
  #head: number;

  /** @param afterId the event before the first that it will hold; 0 when there is none */
  constructor(bounds: RingBounds, afterId: number) {
    this.#bounds = bounds;
    this.#floor = this.#head = afterId;
  }

  /** All events after this id are held, up to the head. */
  get floor(): number {
    return this.#floor;
  }

  get head(): number {
    return this.#head;
  }

  push(entry: Entry): void {
    this.#entries.push(entry);
    this.#bytes += entry.bytes.length;
    this.#head = entry.id;
    while (this.#entries.length > this.#bounds.events || this.#bytes > this.#bounds.bytes) this.#evict();
  }

  has(id: number): boolean {
    return id === this.#head || this.#entries[this.#indexAfter(id) - 1]?.id === id;
  }

  /** The id to continue from in order to see the newest `count` events, or all that are held if they are fewer. */
  before(count: number): number {
    return this.#entries.at(-count - 1)?.id ?? this.#floor;
  }

  /** The next events after an id, about as many as fit into so many bytes: in one piece, with the id of the last. */
  after(id: number, bytes: number): Entry {
    const from = this.#indexAfter(id);
    let [to, size] = [from, 0];
    for (; to < this.#entries.length && size < bytes; to++) size += this.#entries[to]?.bytes.length ?? 0;
    const taken = this.#entries.slice(from, to);
    return { id: taken.at(-1)?.id ?? id, bytes: Buffer.concat(taken.map((entry) => entry.bytes)) };
  }

  #evict(): void {
    const oldest = this.#entries.shift();
    if (!oldest) return;
    this.#bytes -= oldest.bytes.length;
    this.#floor = oldest.id;
  }

  /** Where the first event after the id is. */
  #indexAfter(id: number): number {
    let [low, high] = [0, this.#entries.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#entries[middle]?.id ?? 0) <= id) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

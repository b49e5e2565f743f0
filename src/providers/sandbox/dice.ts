/**
 * A seeded source of chance (cyrb53 for the seed, mulberry32 for the numbers): the same seed gives the same numbers on
 * every machine, so an imaginary page needs no storage to stay the same.
 */
export class Dice {
  #state: number;

  constructor(seed: string) {
    this.#state = hash(seed);
  }

  /** 0 <= x < 1 */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** Both ends included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  pick<const Choices extends readonly [unknown, ...unknown[]]>(choices: Choices): Choices[number] {
    return choices[Math.floor(this.next() * choices.length)];
  }

  /** One of the keys, as often as its weight says. */
  weighted<K extends string>(weights: Readonly<Partial<Record<K, number>>>): K | undefined {
    let left = this.next();
    for (const key in weights) {
      left -= weights[key] ?? 0;
      if (left < 0) return key;
    }
    return undefined;
  }

  digits(count: number): string {
    let text = "";
    while (text.length < count) text += this.between(text === "" ? 1 : 0, 9);
    return text;
  }
}

/** A 32-bit hash of a text. */
export function hash(text: string): number {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  return high >>> 0;
}

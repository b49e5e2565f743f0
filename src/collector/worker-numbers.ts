/** Gives each call under way a worker's number of its own, the smallest that is free. */
export class WorkerNumbers {
  readonly #first: number;
  readonly #busy: boolean[] = [];

  constructor(first: number) {
    this.#first = first;
  }

  take(): number {
    const free = this.#busy.indexOf(false);
    const index = free < 0 ? this.#busy.length : free;
    this.#busy[index] = true;
    return this.#first + index;
  }

  free(number: number): void {
    this.#busy[number - this.#first] = false;
  }
}

/** Tells whether the markup being read is inside a certain element, by counting elements of its name only. */
export class Scope {
  name = "";
  #depth = 0;

  get inside(): boolean {
    return this.#depth > 0;
  }

  /** Call with the name of an element that opens a scope; inside one already, nothing changes. */
  enter(name: string): void {
    if (this.#depth > 0) return;
    this.name = name;
    this.#depth = 1;
  }

  /** Call with every element that opens, before `enter`. */
  open(name: string): void {
    if (this.#depth > 0 && name === this.name) this.#depth++;
  }

  /** Call with every element that closes; true when that ends the scope. */
  close(name: string): boolean {
    if (this.#depth === 0 || name !== this.name) return false;
    this.#depth--;
    return this.#depth === 0;
  }

  leave(): void {
    this.#depth = 0;
  }
}

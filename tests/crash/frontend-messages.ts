/** What a client sent: what may pass, and the bytes from a COMMIT on. */
export interface Read {
  before: Buffer;
  commit?: { bytes: Buffer; statements: readonly string[] };
}

const [QUERY, PARSE, BIND] = ["Q", "P", "B"].map((type) => type.charCodeAt(0));
/** Of a message after the first one: its type and its length. */
const HEADER = 5;

/**
 * Reads what a PostgreSQL client sends on one connection, and knows at each COMMIT what its transaction did. A COMMIT may
 * be a simple query, or the name of a statement that was sent before.
 */
export class FrontendReader {
  readonly #texts = new Map<string, string>();
  #statements: string[] = [];
  #begun = false;
  #rest: Buffer = Buffer.alloc(0);

  /** A client waits for the reply to its COMMIT: what follows it belongs to it (Execute, Sync). */
  read(bytes: Buffer): Read {
    const all = Buffer.concat([this.#rest, bytes]);
    let at = 0;
    for (let end = this.#endOf(all, at); end !== undefined; end = this.#endOf(all, at)) {
      const text = this.#begun ? this.#executed(all.subarray(at, end)) : undefined;
      this.#begun = true;
      if (text !== undefined && /^commit$/i.test(text)) {
        this.#rest = Buffer.alloc(0);
        return { before: all.subarray(0, at), commit: { bytes: all.subarray(at), statements: this.#statements } };
      }
      if (text !== undefined) this.#statements = /^begin\b/i.test(text) ? [] : [...this.#statements, text];
      at = end;
    }
    this.#rest = all.subarray(at);
    return { before: all.subarray(0, at) };
  }

  /** Where the message that begins here ends, once it is whole. The first one has no type. */
  #endOf(all: Buffer, at: number): number | undefined {
    const type = this.#begun ? 1 : 0;
    if (all.length < at + type + HEADER - 1) return undefined;
    const end = at + type + all.readUInt32BE(at + type);
    return end <= all.length ? end : undefined;
  }

  /** The statement that the message has the server do. */
  #executed(message: Buffer): string | undefined {
    const [first = "", second = ""] = message.toString("utf8", HEADER).split("\0", 2);
    if (message[0] === QUERY) return first.trim();
    if (message[0] === PARSE) this.#texts.set(first, second.trim());
    return message[0] === BIND ? this.#texts.get(second) : undefined;
  }
}

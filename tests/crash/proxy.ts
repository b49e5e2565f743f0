import { createServer, connect as dial, type Socket } from "node:net";
import { join } from "node:path";
import type { ServerTarget } from "../../src/db/client.ts";
import { FrontendReader } from "./frontend-messages.ts";

/** A client's COMMIT, on its way to the server and held up here. */
export interface Commit {
  /** What the transaction did. */
  statements: readonly string[];
  /** Hands it to the server; resolves when the server has done it, and the reply lies here. */
  deliver(): Promise<void>;
  /** Cuts the client off: it hears nothing more. The server does not notice as long as the commit is held up. */
  cut(): void;
}

/** A network between a program and PostgreSQL that can break at the worst moment. */
export interface Network extends AsyncDisposable {
  port: number;
  urlOf(target: ServerTarget): string;
  /** Called with each COMMIT; when it is done, the commit goes its way, unless the client was cut off. */
  onCommit: (commit: Commit) => void | Promise<void>;
}

/** In front of a server on a unix socket. The protocol is PostgreSQL's version 3 without TLS. */
export async function startProxy({ host, port: number }: ServerTarget): Promise<Network> {
  const links = new Set<Link>();
  const door = createServer((client) => {
    const link = new Link(client, dial(join(host, `.s.PGSQL.${number}`)), (commit) => proxy.onCommit(commit));
    links.add(link);
    client.on("close", () => links.delete(link));
  });
  const port = await new Promise<number>((resolve) => {
    door.listen(0, "127.0.0.1", () => {
      const address = door.address();
      resolve(address instanceof Object ? address.port : 0);
    });
  });
  const proxy: Network = {
    port,
    urlOf: ({ username, database }) => `postgres://${username}@127.0.0.1:${port}/${database}`,
    onCommit: () => undefined,
    async [Symbol.asyncDispose]() {
      for (const link of links) link.cut();
      door.close();
    },
  };
  return proxy;
}

/** One connection. While a commit is held up, nothing passes in either direction. */
class Link {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #onCommit: Network["onCommit"];
  readonly #reader = new FrontendReader();
  #held: { waiting: Buffer[]; replies: Buffer[]; done: PromiseWithResolvers<void> } | undefined;

  constructor(client: Socket, server: Socket, onCommit: Network["onCommit"]) {
    this.#client = client;
    this.#server = server;
    this.#onCommit = onCommit;
    client.on("data", (bytes) => this.#fromClient(Buffer.from(bytes)));
    server.on("data", (bytes) => this.#fromServer(Buffer.from(bytes)));
    for (const side of [client, server]) side.on("error", () => undefined);
    // A client that dies is the business of whoever holds up its commit.
    client.on("close", () => this.#held || server.end());
    server.on("close", () => {
      this.#held?.done.resolve();
      client.destroy();
    });
  }

  cut(): void {
    this.#client.destroy();
    if (!this.#held) this.#server.end();
  }

  #fromClient(bytes: Buffer): void {
    if (this.#held) return void this.#held.waiting.push(bytes);
    const { before, commit } = this.#reader.read(bytes);
    if (before.length > 0) this.#server.write(before);
    if (commit) void this.#hold(commit.bytes, commit.statements);
  }

  #fromServer(bytes: Buffer): void {
    if (!this.#held) return void this.#client.write(bytes);
    this.#held.replies.push(bytes);
    if (endsCommand(Buffer.concat(this.#held.replies))) this.#held.done.resolve();
  }

  async #hold(bytes: Buffer, statements: readonly string[]): Promise<void> {
    const held = { waiting: [], replies: [], done: Promise.withResolvers<void>() };
    this.#held = held;
    let cut = false;
    let delivered: Promise<void> | undefined;
    const deliver = () => {
      if (!delivered) this.#server.write(bytes);
      delivered ??= held.done.promise;
      return delivered;
    };
    await this.#onCommit({
      statements,
      deliver,
      cut: () => {
        cut = true;
        this.#client.destroy();
      },
    });
    if (!cut) await deliver();
    this.#held = undefined;
    for (const reply of held.replies) this.#client.write(reply);
    for (const waiting of held.waiting) this.#fromClient(waiting);
    // What was handed over is still read and done; what was not is rolled back.
    if (cut) this.#server.end();
  }
}

/** Whether the server's bytes end with `ReadyForQuery`: all that was asked is done. */
function endsCommand(bytes: Buffer): boolean {
  return bytes.length >= 6 && bytes[bytes.length - 6] === 0x5a && bytes.readUInt32BE(bytes.length - 5) === 5;
}

import { Worker } from "node:worker_threads";
import type { Provider } from "../../providers/provider.ts";
import { READERS } from "../../providers/readers.ts";
import { type Delivery, type Desk, type Reading, type Received, readAnswer, transferable } from "./reading.ts";

export interface ThreadData {
  provider: Provider["name"];
  /** Of the raw store. */
  directory: string;
}

export interface Request {
  number: number;
  delivery: Delivery;
}

/** `reading` is JSON: copied between threads as objects, the sixty listings of a page cost half as much as reading them. */
export type Response = { number: number; kept: Received["kept"] } & (
  | { reading: string }
  /** An error loses its class between threads: the answer comes back and is read again on this side. */
  | { faulty: Uint8Array }
);

interface Waiting {
  delivery: Omit<Delivery, "body">;
  resolve(received: Received): void;
  reject(error: Error): void;
}

// The compiled program is one file, in which the thread's own lies under its path from the root.
const isCompiled = import.meta.file !== "reading-thread.ts";
const THREAD = isCompiled
  ? new URL("./src/collector/reading/thread.ts", import.meta.url)
  : new URL("./thread.ts", import.meta.url);

/**
 * A desk in a thread of its own: compressing and reading pages is most of the work of a collection, and would hold up
 * calls and pages here. Dispose of it when the run is done.
 */
export function startReadingThread(data: ThreadData): Desk & AsyncDisposable {
  const worker = new Worker(THREAD, { workerData: data });
  const waiting = new Map<number, Waiting>();
  let last = 0;
  let broken: Error | undefined;

  const fail = (error: Error) => {
    broken ??= error;
    for (const { reject } of waiting.values()) reject(broken);
    waiting.clear();
  };
  worker.on("error", fail);
  worker.on("exit", () => fail(new Error("The reading thread has ended.")));
  worker.on("message", (response: Response) => {
    const asked = waiting.get(response.number);
    waiting.delete(response.number);
    asked?.resolve({ kept: response.kept, reading: readingIn(response, asked.delivery, data.provider) });
  });

  return {
    receive({ body, ...delivery }) {
      if (broken) return Promise.reject(broken);
      const number = ++last;
      const { promise, resolve, reject } = Promise.withResolvers<Received>();
      waiting.set(number, { delivery, resolve, reject });
      // Handed over, not copied; only where others have a part in the same memory, it stays theirs.
      const own = body.byteLength === body.buffer.byteLength ? body : body.slice();
      worker.postMessage({ number, delivery: { ...delivery, body: own } } satisfies Request, transferable(own));
      return promise;
    },
    async [Symbol.asyncDispose]() {
      await worker.terminate();
    },
  };
}

function readingIn(response: Response, { question }: Waiting["delivery"], provider: Provider["name"]): Reading {
  if ("reading" in response) return JSON.parse(response.reading);
  return readAnswer(READERS[provider], question, response.faulty);
}

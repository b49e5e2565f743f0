import type { Fetched } from "../providers/provider.ts";
import type { CallResult, Intent } from "./call.ts";
import type { RawStore } from "./raw-store.ts";
import type { Receipt } from "./stages/outcome.ts";

/** Answers that are being stored at the same time. */
const PARALLEL = 4;

interface AnswerReaderOptions {
  rawStore: RawStore;
  read(intent: Intent, body: Uint8Array, receipt: Receipt): CallResult;
  onRead(result: CallResult): void;
  /** An answer could not be kept. It is read all the same; no further one should be bought. */
  onStoreFailed(error: unknown): void;
  onFailed(error: unknown): void;
}

/** Stores answers and reads them, beside the calls and in bounded number: a slot at the provider never waits for it. */
export class AnswerReader {
  readonly #options: AnswerReaderOptions;
  #queue: { intent: Intent; fetched: Fetched }[] = [];
  #active = 0;
  /** Bytes of bodies that are not yet read. */
  waitingBytes = 0;

  constructor(options: AnswerReaderOptions) {
    this.#options = options;
  }

  get idle(): boolean {
    return this.#active === 0 && this.#queue.length === 0;
  }

  add(intent: Intent, fetched: Fetched): void {
    this.waitingBytes += fetched.body.byteLength;
    this.#queue.push({ intent, fetched });
    this.#next();
  }

  #next(): void {
    while (this.#active < PARALLEL) {
      const job = this.#queue.shift();
      if (!job) return;
      this.#active += 1;
      void this.#work(job.intent, job.fetched);
    }
  }

  async #work(intent: Intent, fetched: Fetched): Promise<void> {
    const { read, onRead, onFailed } = this.#options;
    const receipt = await this.#store(intent, fetched);
    this.#active -= 1;
    this.waitingBytes -= fetched.body.byteLength;
    try {
      onRead(read(intent, fetched.body, receipt));
    } catch (error) {
      onFailed(error);
    }
    this.#next();
  }

  async #store({ runId, callId }: Intent, { status, body, durationMs }: Fetched): Promise<Receipt> {
    const receipt = { httpStatus: status, durationMs: Math.round(durationMs), bytes: body.byteLength, rawSha256: null };
    try {
      const { sha256 } = await this.#options.rawStore.write(runId, callId, body);
      return { ...receipt, rawSha256: sha256 };
    } catch (error) {
      this.#options.onStoreFailed(error);
      return receipt;
    }
  }
}

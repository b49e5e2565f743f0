import type { Fetched } from "../providers/provider.ts";
import type { CachedAnswer, Intent } from "./call.ts";
import { questionOf } from "./paid-call.ts";
import type { Desk, Reading } from "./reading/reading.ts";
import type { Receipt } from "./stages/outcome.ts";

/** Answers that are on the desk at the same time. */
const PARALLEL = 4;

interface AnswerReaderOptions {
  desk: Desk;
  /** Reads an answer that was stored before; undefined when it is gone. */
  readStored(intent: Intent & { cached: CachedAnswer }): Promise<StoredReading | undefined>;
  onGone(intent: Intent & { cached: CachedAnswer }): void;
  onRead(intent: Intent, reading: Reading, receipt: Receipt): void;
  /** An answer could not be kept. It is read all the same; no further one should be bought. */
  onStoreFailed(error: unknown): void;
  onFailed(error: unknown): void;
}

export interface StoredReading {
  reading: Reading;
  rawSha256: string;
  bytes: number;
}

type Job = { intent: Intent; fetched: Fetched } | { intent: Intent & { cached: CachedAnswer } };

/** Stores answers and reads them, beside the calls and in bounded number: a slot at the provider never waits for it. */
export class AnswerReader {
  readonly #options: AnswerReaderOptions;
  #queue: Job[] = [];
  #active = 0;
  /** Bytes of bodies that are not yet read. */
  waitingBytes = 0;

  constructor(options: AnswerReaderOptions) {
    this.#options = options;
  }

  /** Answers that are not yet read. */
  get waiting(): number {
    return this.#active + this.#queue.length;
  }

  get idle(): boolean {
    return this.waiting === 0;
  }

  add(intent: Intent, fetched: Fetched): void {
    this.waitingBytes += fetched.body.byteLength;
    this.#queue.push({ intent, fetched });
    this.#next();
  }

  /** Reads the earlier answer that stands for this one. */
  addCached(intent: Intent & { cached: CachedAnswer }): void {
    this.#queue.push({ intent });
    this.#next();
  }

  #next(): void {
    while (this.#active < PARALLEL) {
      const job = this.#queue.shift();
      if (!job) return;
      this.#active += 1;
      void ("fetched" in job ? this.#work(job.intent, job.fetched) : this.#workCached(job.intent));
    }
  }

  async #work(intent: Intent, { status, body, durationMs }: Fetched): Promise<void> {
    const { onRead, onFailed } = this.#options;
    const receipt = { httpStatus: status, durationMs: Math.round(durationMs), bytes: body.byteLength };
    try {
      const { reading, rawSha256 } = await this.#receive(intent, body);
      onRead(intent, reading, { ...receipt, rawSha256 });
    } catch (error) {
      onFailed(error);
    }
    this.#next();
  }

  async #workCached(intent: Intent & { cached: CachedAnswer }): Promise<void> {
    const { readStored, onRead, onGone, onFailed } = this.#options;
    try {
      const stored = await readStored(intent).finally(() => {
        this.#active -= 1;
      });
      if (!stored) onGone(intent);
      else
        onRead(intent, stored.reading, {
          httpStatus: null,
          durationMs: null,
          bytes: stored.bytes,
          rawSha256: stored.rawSha256,
        });
    } catch (error) {
      onFailed(error);
    }
    this.#next();
  }

  async #receive(intent: Intent, body: Uint8Array): Promise<{ reading: Reading; rawSha256: string | null }> {
    const { runId, callId } = intent;
    const bytes = body.byteLength;
    try {
      const { kept, reading } = await this.#options.desk.receive({ runId, callId, question: questionOf(intent), body });
      // Told while the answer still counts as being read: its result must not be missed by an end that comes of this.
      if ("error" in kept) this.#options.onStoreFailed(kept.error);
      return { reading, rawSha256: "error" in kept ? null : kept.sha256 };
    } finally {
      this.#active -= 1;
      this.waitingBytes -= bytes;
    }
  }
}

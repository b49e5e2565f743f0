import type { RawStore } from "../../collector/raw-store.ts";
import { hash } from "../../providers/sandbox/dice.ts";
import type { SimulatedProcess } from "./process.ts";
import type { VirtualTime } from "./time.ts";

interface StoredAnswer {
  runId: string;
  callId: string;
  body: Uint8Array;
  /** In virtual milliseconds of the epoch. */
  at: number;
  by: SimulatedProcess;
}

const ACCESS_MS = 1;

/** The disk that all processes share; it survives them. */
export class Disk {
  readonly #time: VirtualTime;
  readonly #answers = new Map<string, StoredAnswer>();
  /** Until then nothing can be written, in virtual milliseconds of the epoch. */
  fullUntil = 0;

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  get answers(): Iterable<StoredAnswer> {
    return this.#answers.values();
  }

  /** The disk as one process uses it. */
  usedBy(process: SimulatedProcess): RawStore {
    return {
      write: (runId, callId, body) =>
        this.#access(process, () => {
          if (this.#time.now < this.fullUntil) throw Object.assign(new Error("no space left"), { code: "ENOSPC" });
          this.#answers.set(callId, { runId, callId, body, at: this.#time.now, by: process });
          return { sha256: checksum(body) };
        }),
      read: (_runId, callId) =>
        this.#access(process, () => {
          const answer = this.#answers.get(callId);
          return answer && { body: answer.body, sha256: checksum(answer.body) };
        }),
      remove: async (_runId, callId) => void this.#answers.delete(callId),
    };
  }

  #access<T>(process: SimulatedProcess, work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const access = () => {
        try {
          resolve(work());
        } catch (error) {
          reject(error);
        }
      };
      this.#time.after(ACCESS_MS, access, process);
    });
  }
}

const checksum = (body: Uint8Array): string => String(hash(new TextDecoder().decode(body)));

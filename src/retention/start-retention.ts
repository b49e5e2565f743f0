import { type Retention, retainAnswers } from "./retain-answers.ts";

const EVERY_MS = 60 * 60 * 1000;

/** Keeps what is stored within its limits: now, and every hour. `stop` waits for the batch under way. */
export function startRetention(retention: Omit<Retention, "signal">): { stop(): Promise<void> } {
  const ending = new AbortController();
  const done = repeat({ ...retention, signal: ending.signal });
  return {
    async stop() {
      ending.abort();
      await done;
    },
  };
}

async function repeat(retention: Retention & { signal: AbortSignal }): Promise<void> {
  const { signal, clock, log } = retention;
  while (!signal.aborted) {
    try {
      await retainAnswers(retention);
    } catch (error) {
      // The database or the disk may be back in an hour; nothing is lost by waiting.
      log.warn({ err: error }, "stored answers could not be cleared away");
    }
    await clock.sleep(EVERY_MS, signal);
  }
}

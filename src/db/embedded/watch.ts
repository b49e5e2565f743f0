import { startErrorFrom } from "./errors.ts";

const WATCH_MS = 500;
const SLOW_WATCH_MS = 30_000;

/** Looks twice a second; after a failure it says so once and takes its time. @returns the way to end it */
export function keepLooking(look: () => Promise<void>, notify: (message: string) => void): () => Promise<void> {
  let ended = false;
  let delay = WATCH_MS;
  let told = "";
  let looking = Promise.resolve();
  let timer: Timer;
  const turn = async () => {
    try {
      await look();
      delay = WATCH_MS;
    } catch (error) {
      const { message } = startErrorFrom(error, "DATA_DIR");
      if (message !== told) notify(message);
      told = message;
      delay = Math.min(delay * 2, SLOW_WATCH_MS);
    }
    if (!ended) schedule();
  };
  const schedule = () => {
    timer = setTimeout(() => {
      looking = turn();
    }, delay).unref();
  };
  schedule();
  return () => {
    ended = true;
    clearTimeout(timer);
    return looking;
  };
}

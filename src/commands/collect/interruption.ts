import { EXIT } from "../../exit.ts";

export interface Interruption extends Disposable {
  /** Aborted by the first signal: take nothing new. */
  stop: AbortSignal;
  /** Aborted by the second one: give up calls under way too. */
  cut: AbortSignal;
}

/** From now on SIGINT and SIGTERM ask the collection to stop instead of ending the process; a third one does end it. */
export function catchSignals(): Interruption {
  const stop = new AbortController();
  const cut = new AbortController();
  const onSignal = () => {
    if (cut.signal.aborted) process.exit(EXIT.interrupted);
    if (stop.signal.aborted) cut.abort();
    stop.abort();
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  return {
    stop: stop.signal,
    cut: cut.signal,
    [Symbol.dispose]: () => void process.off("SIGINT", onSignal).off("SIGTERM", onSignal),
  };
}

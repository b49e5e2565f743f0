import type { Clock } from "../clock.ts";
import { isWorthRetrying } from "./connection.ts";

const RECONNECT_DELAY_MS = 250;
const GIVE_UP_AFTER_MS = 120_000;

/**
 * Tries again, for a while, when the database goes away or gives a transaction up for another one. Whether a transaction
 * whose reply was lost went through is unknown: `attempt` has to ask before it does the same again.
 */
export async function persist<T>(clock: Clock, attempt: () => Promise<T>): Promise<T> {
  const deadline = clock.monotonic() + GIVE_UP_AFTER_MS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!isWorthRetrying(error) || clock.monotonic() > deadline) throw error;
      await clock.sleep(RECONNECT_DELAY_MS);
    }
  }
}

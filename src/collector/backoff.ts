const BASE_DELAY_MS = 1_000;
const MAX_DELAY_MS = 60_000;
/** A provider that asks for more is asked again after this time all the same. */
export const LONGEST_RETRY_AFTER_MS = 15 * 60_000;

/** Milliseconds before the next try of an item after its `attempt`th failed one (1-based). */
export function nextDelay(attempt: number, random: () => number): number {
  const ceiling = Math.min(BASE_DELAY_MS * 2 ** attempt, MAX_DELAY_MS);
  // Full jitter: a hundred searches refused in the same second must not all return in the same second.
  return Math.round(random() * ceiling);
}

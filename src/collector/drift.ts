import type { CallOutcome } from "../runs/items.ts";
import type { Alarm } from "./account.ts";

const DRIFT_LIMIT = 10;

/** Watches the pages of one lane for a streak of those that are billed but useless: then the layout has changed. */
export class DriftGuard {
  #badPages = 0;

  pageRead(outcome: CallOutcome): Alarm | undefined {
    if (outcome === "ok" || outcome === "no_results") this.#badPages = 0;
    else this.#badPages += 1;
    if (this.#badPages < DRIFT_LIMIT) return undefined;
    this.#badPages = 0;
    return { reason: "drift", message: `${DRIFT_LIMIT} pages in a row could not be used (the last one: ${outcome}).` };
  }
}

import { storableText } from "../../db/storable.ts";
import type { ProviderError } from "../../providers/errors.ts";
import { PermanentError, RetryableError } from "../../providers/errors.ts";
import type { CallOutcome } from "../../runs/items.ts";
import { LONGEST_RETRY_AFTER_MS, nextDelay } from "../backoff.ts";
import type { CallResult, Intent, ItemStep, Settlement } from "../call.ts";

/** How often one page of an item is tried before the item fails. */
export const ATTEMPT_LIMIT = 3;

export interface Moment {
  now: Date;
  random: () => number;
}

/** What is known of a stored answer before it is read. */
export interface Receipt {
  httpStatus: number | null;
  durationMs: number | null;
  bytes: number;
  rawSha256: string | null;
}

export function done(intent: Intent): ItemStep {
  return { ...pending(intent.page, intent.attempts + 1), status: "completed" };
}

export function pending(nextPage: number, attempts: number): ItemStep {
  return { status: "pending", nextPage, attempts, notBefore: null, errorCode: null, errorMessage: null };
}

export function failed(intent: Intent, errorCode: string, errorMessage: string): ItemStep {
  const message = storableText(errorMessage);
  return { ...pending(intent.page, intent.attempts + 1), status: "failed", errorCode, errorMessage: message };
}

/** Tries again after a back-off, as long as attempts are left. */
export function retryOrFail(intent: Intent, code: string, message: string, moment: Moment, afterMs = 0): ItemStep {
  const attempts = intent.attempts + 1;
  if (attempts >= ATTEMPT_LIMIT) return failed(intent, code, message);
  const delay = Math.max(nextDelay(attempts, moment.random), Math.min(afterMs, LONGEST_RETRY_AFTER_MS));
  const notBefore = new Date(moment.now.getTime() + delay);
  return { ...pending(intent.page, attempts), notBefore, errorCode: code, errorMessage: storableText(message) };
}

/** A page was delivered: it is billed, whatever it holds, unless it was paid for before. */
export function billedPage({ cached }: Intent, receipt: Receipt, outcome: CallOutcome): Settlement {
  if (cached) return { ...receipt, outcome: "cached", billing: "not_billed", errorMessage: null };
  return { ...receipt, outcome, billing: "billed", errorMessage: null };
}

/** A call that brought no page: the error says what to do next and whether it is billed. */
export function resultOfError(
  intent: Intent,
  error: ProviderError,
  receipt: Receipt | null,
  moment: Moment,
  durationMs: number | null = null,
): CallResult {
  return {
    intent,
    settlement: {
      outcome: error.code,
      billing: error.billing,
      httpStatus: receipt?.httpStatus ?? error.status ?? null,
      errorMessage: storableText(error.message),
      durationMs: receipt?.durationMs ?? durationMs,
      bytes: receipt?.bytes ?? null,
      rawSha256: receipt?.rawSha256 ?? null,
    },
    step: stepOfError(intent, error, moment),
    products: [],
    listings: [],
    fault: error,
  };
}

function stepOfError(intent: Intent, error: ProviderError, moment: Moment): ItemStep {
  if (error instanceof PermanentError) return failed(intent, error.code, error.message);
  if (error instanceof RetryableError && error.usesAttempt) {
    return retryOrFail(intent, error.code, error.message, moment, error.retryAfterMs);
  }
  // Refused or unreachable, quota, credentials: not the item's fault.
  return pending(intent.page, intent.attempts);
}

/** A call whose answer is lost: counted as spent, and its item is bought again. */
export function possiblyBilled(intent: Intent, why: string): CallResult {
  return {
    intent,
    settlement: { ...emptyReceipt, outcome: "possibly_billed", billing: "possibly_billed", errorMessage: why },
    step: pending(intent.page, intent.attempts),
    products: [],
    listings: [],
  };
}

/** An intent that was never sent gives its money back. */
export function notSent(intent: Intent): CallResult {
  return {
    intent,
    settlement: { ...emptyReceipt, outcome: "not_sent", billing: "not_billed", errorMessage: null },
    step: pending(intent.page, intent.attempts),
    products: [],
    listings: [],
  };
}

const emptyReceipt = { httpStatus: null, durationMs: null, bytes: null, rawSha256: null };

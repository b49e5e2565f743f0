import type { RunId } from "../ids.ts";
import type { Billing, ProviderError } from "../providers/errors.ts";
import type { CallOutcome, ItemData, ItemKind, ItemStatus, Product } from "../runs/items.ts";
import type { FoundListing } from "../sellers/found-listing.ts";

/** A call that is paid for in advance: its price is reserved and its row is in the ledger. */
export interface Intent {
  callId: string;
  runId: RunId;
  itemId: string;
  kind: ItemKind;
  externalId: string;
  categoryId: string | null;
  page: number;
  /** Tries of this page so far, without this one. */
  attempts: number;
  priceMicros: number;
  requestKey: string;
  data: ItemData;
  /** Which of the run's workers makes the call, from 1; null until one does. */
  worker: number | null;
  /** The earlier call whose stored answer is used instead; then the price is 0. */
  cached: CachedAnswer | null;
}

export interface CachedAnswer {
  runId: string;
  callId: string;
}

/** How a call is booked. The cost follows from it: see `costOf`. */
export interface Settlement {
  outcome: CallOutcome;
  billing: Billing;
  httpStatus: number | null;
  errorMessage: string | null;
  durationMs: number | null;
  bytes: number | null;
  rawSha256: string | null;
}

/** What becomes of the item. */
export interface ItemStep {
  status: ItemStatus;
  nextPage: number;
  attempts: number;
  notBefore: Date | null;
  errorCode: string | null;
  errorMessage: string | null;
}

/** Everything that one call brought; it is committed as a whole or not at all. */
export interface CallResult {
  intent: Intent;
  settlement: Settlement;
  step: ItemStep;
  products: Product[];
  listings: FoundListing[];
  /** Why there was no page. */
  fault?: ProviderError;
}

/** Micro-dollars that a settled call counts against the caps: the full price unless surely not billed. */
export function costOf(result: CallResult): number {
  return result.settlement.billing === "not_billed" ? 0 : result.intent.priceMicros;
}

export function requestKey(kind: ItemKind, target: string, page: number): string {
  return `${kind}|${target}|${page}`;
}

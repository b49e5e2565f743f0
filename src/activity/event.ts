export type ActivityPhase = "amazon" | "ebay";

export const ACTIVITY_ACTIONS = [
  "fetching",
  "found",
  "rate_limited",
  "error",
  "retrying",
  "deduped",
  "inserted",
  "updated",
  "paused",
  "resumed",
  "breaker_open",
  "breaker_closed",
  "budget_warning",
  "complete",
] as const;
export type ActivityAction = (typeof ACTIVITY_ACTIONS)[number];

export type ActivityErrorType =
  | "rate_limit"
  | "timeout"
  | "http_error"
  | "parse_error"
  | "blocked"
  | "no_sellers_shown"
  | "budget";

/** What an event tells beside its action; named as in JSON. Prices in dollars, costs in micro-dollars. */
export interface ActivityDetails {
  category?: string;
  product_name?: string;
  url?: string;
  price_min?: number;
  price_max?: number;
  page?: number;
  attempt?: number;
  duration_ms?: number;
  items_count?: number;
  new_sellers_count?: number;
  error_type?: ActivityErrorType;
  error_message?: string;
  cost_micros?: number;
}

/** An event that is about to be written. */
export interface NewActivity {
  /** From 1; 0 stands for the system. */
  workerId: number;
  phase: ActivityPhase | null;
  action: ActivityAction;
  details: ActivityDetails;
  /** When it happened; the time of the transaction if absent. */
  at?: Date;
}

export interface Activity extends NewActivity {
  id: number;
  at: Date;
}

import { PermanentError, type ProviderError, QuotaError, RetryableError } from "../../providers/errors.ts";

/** How a call may end. */
export type Fate =
  | "ok"
  | "slow"
  | "not_billed"
  | "stored_fault"
  | "billed_but_lost"
  | "cut_not_billed"
  | "never_sent"
  | "refused"
  | "refused_for_a_while"
  | "server_error"
  | "hopeless"
  | "quota"
  | "blocked"
  | "unreadable"
  | "no_sellers_shown";

interface Ending {
  /** Whether the provider puts it on the bill. */
  isBilled: boolean;
  /** How much longer than usual it takes. */
  slowness?: number;
  error?: () => ProviderError;
  /** What the answer is instead of the page. */
  body?: object;
}

const page = (outcome: string) => ({ page: { outcome, listings: [], products: [], hasNext: false } });

export const ENDINGS: Readonly<Record<Fate, Ending>> = {
  ok: { isBilled: true },
  slow: { isBilled: true, slowness: 20 },
  not_billed: {
    isBilled: false,
    error: () => new RetryableError("fault", { code: "provider_fault", billing: "not_billed", status: 200 }),
  },
  stored_fault: { isBilled: false, body: { fault: true } },
  billed_but_lost: { isBilled: true, slowness: 10, error: () => timeout() },
  cut_not_billed: { isBilled: false, slowness: 10, error: () => timeout() },
  never_sent: {
    isBilled: false,
    slowness: 0,
    error: () => new RetryableError("connection refused", { code: "network", billing: "not_billed" }),
  },
  refused: { isBilled: false, slowness: 0.2, error: () => refused() },
  refused_for_a_while: { isBilled: false, slowness: 0.2, error: () => refused(3_000) },
  server_error: {
    isBilled: false,
    error: () => new RetryableError("HTTP 500", { code: "http_error", billing: "not_billed", status: 500 }),
  },
  hopeless: {
    isBilled: false,
    error: () => new PermanentError("no such thing", { code: "bad_request", billing: "not_billed", status: 400 }),
  },
  quota: {
    isBilled: false,
    error: () => new QuotaError("the plan is used up", { code: "quota", billing: "not_billed", status: 402 }),
  },
  blocked: { isBilled: true, body: page("blocked") },
  unreadable: { isBilled: true, body: page("unreadable") },
  no_sellers_shown: { isBilled: true, body: page("no_sellers_shown") },
};

/** Fates after which it is not known whether the call is on the bill. */
export const UNCERTAIN: readonly Fate[] = ["billed_but_lost", "cut_not_billed"];

const timeout = () => new RetryableError("no answer in time", { code: "timeout", billing: "possibly_billed" });

const refused = (retryAfterMs?: number) =>
  new RetryableError("too many requests", {
    code: "rate_limit",
    billing: "not_billed",
    status: 429,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });

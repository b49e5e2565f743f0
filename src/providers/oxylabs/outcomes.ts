import type { Billing, ProviderErrorCode } from "../errors.ts";

/** What to do next; each but `page` is a subclass of ProviderError. */
type Verdict = "page" | "retry" | "skip" | "quota" | "credentials";

export interface Outcome {
  verdict: Verdict;
  billing: Billing;
  code: ProviderErrorCode | null;
  says: string;
}

/**
 * Every way a call can end, and whether it is charged for. The sources, line by line, are in docs/money.md;
 * a test keeps the two tables equal.
 */
export const OUTCOMES = {
  // The answer is here: status 200 and, inside it, a page with status 2xx.
  page: { verdict: "page", billing: "billed", code: null, says: "A page was delivered." },
  unreadable: { verdict: "page", billing: "billed", code: null, says: "The answer cannot be read." },

  // Status 200, and the job inside failed.
  job_faulted: fault("retry", "not_billed", "provider_fault", "The provider's job failed."),
  target_server_error: fault("retry", "not_billed", "provider_fault", "The shop answered with a server error."),
  target_missing: fault("skip", "billed", "http_error", "The shop has no such page."),
  target_refused: fault("retry", "billed", "http_error", "The shop refused the page."),
  no_result: fault("retry", "possibly_billed", "provider_fault", "The answer holds no finished result."),

  // Any other status.
  unfinished: fault("retry", "possibly_billed", "provider_fault", "The job is not finished."),
  redirected: fault("retry", "not_billed", "http_error", "The provider's address leads elsewhere."),
  bad_request: fault("skip", "not_billed", "bad_request", "The provider does not accept the request."),
  wrong_credentials: fault("credentials", "not_billed", "credentials", "The provider refuses user name or password."),
  forbidden: fault("credentials", "not_billed", "credentials", "The provider's account may not do this."),
  plan_used_up: fault("quota", "not_billed", "quota", "The provider's plan is used up."),
  not_found: fault("retry", "not_billed", "http_error", "The provider does not know this address."),
  provider_timeout: fault("retry", "possibly_billed", "timeout", "The provider gave up waiting for its job."),
  rate_limited: fault("retry", "not_billed", "rate_limit", "The provider asks for fewer calls."),
  server_error: fault("retry", "not_billed", "http_error", "The provider has a fault of its own."),
  service_timeout: fault("retry", "not_billed", "timeout", "The provider's service did not answer."),
  job_rejected: fault("retry", "not_billed", "provider_fault", "The provider failed the job."),
  unknown_status: fault("retry", "possibly_billed", "http_error", "The provider answered in an unknown way."),

  // No answer.
  not_sent: fault("retry", "not_billed", "network", "The provider could not be reached."),
  connection_lost: fault("retry", "possibly_billed", "network", "The connection to the provider broke."),
  timed_out: fault("retry", "possibly_billed", "timeout", "The provider did not answer in time."),
  too_large: fault("skip", "possibly_billed", "too_large", "The provider's answer is too large."),
} as const satisfies Record<string, Outcome>;

export type OutcomeName = keyof typeof OUTCOMES;
export type FaultName = Exclude<OutcomeName, "page" | "unreadable">;

/** The fault that a status other than 200 stands for, with the provider's own message. */
export function faultOfStatus(status: number, message: string): FaultName {
  if ((status === 429 || status === 403) && saysPlanIsUsedUp(message)) return "plan_used_up";
  const known = FAULT_OF_STATUS.get(status);
  if (known) return known;
  if (status >= 300 && status < 400) return "redirected";
  if (status >= 400 && status < 500) return "not_found";
  if (status >= 500 && status < 600) return "server_error";
  return "unknown_status";
}

/** What a result is whose page the shop answered with `status`; 6xx is the provider's own word for a failed job. */
export function outcomeOfTarget(status: number): "page" | FaultName {
  if (status >= 200 && status < 300) return "page";
  if (status === 429) return "target_server_error";
  if (status === 400 || status === 404 || status === 410) return "target_missing";
  if (status >= 400 && status < 500) return "target_refused";
  return status >= 600 ? "job_faulted" : "target_server_error";
}

const FAULT_OF_STATUS = new Map<number, FaultName>([
  [202, "unfinished"],
  [204, "unfinished"],
  [400, "bad_request"],
  [401, "wrong_credentials"],
  [402, "plan_used_up"],
  [403, "forbidden"],
  [408, "provider_timeout"],
  [422, "bad_request"],
  [429, "rate_limited"],
  [524, "service_timeout"],
  [612, "job_rejected"],
  [613, "job_rejected"],
]);

// The provider's pages name no message for this case: these are the words such a message would have to use.
function saysPlanIsUsedUp(message: string): boolean {
  return /\b(quota|monthly|month|plan|subscription|trial|expired|billing)\b/i.test(message);
}

function fault<V extends Verdict, B extends Billing, C extends ProviderErrorCode>(
  verdict: V,
  billing: B,
  code: C,
  says: string,
) {
  return { verdict, billing, code, says };
}

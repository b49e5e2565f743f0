import { HttpFailure } from "../http.ts";
import { connect, DEFAULT_BASE_URL, type OxylabsOptions } from "./connection.ts";

export type ProviderCheck = { ok: true } | { ok: false; problem: string; remedy: string };

const CHECK_TIMEOUT_MS = 20_000;

/**
 * Reaches the provider with the given credentials without buying anything: it asks for a source that does not exist,
 * which is refused before any job is made (400), or already for the credentials (401).
 */
export async function checkProvider(options: OxylabsOptions): Promise<ProviderCheck> {
  const host = new URL(options.baseUrl ?? DEFAULT_BASE_URL).host;
  const connection = connect({
    ...options,
    timeoutMs: Math.min(options.timeoutMs ?? CHECK_TIMEOUT_MS, CHECK_TIMEOUT_MS),
  });
  try {
    const { status } = await connection.ask({ source: "none" }, new AbortController().signal);
    return judgeStatus(status, host);
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error;
    return { ok: false, ...PROBLEM_OF_FAILURE[error.reason](host) };
  }
}

// 429 is said to known users only, so it proves the credentials as well.
const ACCEPTED = [400, 422, 429];

function judgeStatus(status: number, host: string): ProviderCheck {
  if (ACCEPTED.includes(status)) return { ok: true };
  if (status === 401) return { ok: false, ...WRONG_CREDENTIALS };
  if (status === 402 || status === 403) return { ok: false, ...NO_ACCESS };
  if (status >= 500) {
    return {
      ok: false,
      problem: `${host} has a fault of its own (status ${status}).`,
      remedy: "Try again in a few minutes.",
    };
  }
  return {
    ok: false,
    problem: `${host} answers, but not as the provider does (status ${status}).`,
    remedy: "Check OXYLABS_BASE_URL.",
  };
}

const WRONG_CREDENTIALS = {
  problem: "The provider refuses the user name or the password.",
  remedy: "Set OXYLABS_USERNAME and OXYLABS_PASSWORD to those of an API user, not of the dashboard's log-in.",
};

const NO_ACCESS = {
  problem: "The provider's account has no access to the Web Scraper API.",
  remedy: "Check in the provider's dashboard that the plan is active.",
};

const PROBLEM_OF_FAILURE = {
  dns: (host) => ({
    problem: `The name ${host} is not known.`,
    remedy: "Check OXYLABS_BASE_URL and this machine's name service.",
  }),
  refused: (host) => ({
    problem: `${host} refuses the connection.`,
    remedy: "Check OXYLABS_BASE_URL and whether a firewall is in the way.",
  }),
  tls: (host) => ({
    problem: `No secure connection to ${host} could be made.`,
    remedy: "Check OXYLABS_BASE_URL, this machine's clock and its certificates.",
  }),
  timeout: (host) => ({
    problem: `${host} did not answer in time.`,
    remedy: "Check the connection to the internet, then try again.",
  }),
  lost: (host) => ({
    problem: `The connection to ${host} broke.`,
    remedy: "Check whether a proxy or firewall is in the way.",
  }),
  too_large: (host) => ({
    problem: `${host} answers, but not as the provider does.`,
    remedy: "Check OXYLABS_BASE_URL.",
  }),
} as const satisfies Record<HttpFailure["reason"], (host: string) => { problem: string; remedy: string }>;

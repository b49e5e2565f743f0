import type { ProviderError } from "../errors.ts";
import { type HttpAnswer, HttpFailure } from "../http.ts";
import type { Fetched, Provider } from "../provider.ts";
import { readBestSellers, readSearch } from "./answer.ts";
import { type Connection, connect, type OxylabsOptions } from "./connection.ts";
import { toError } from "./fault.ts";
import { type FaultName, faultOfStatus } from "./outcomes.ts";
import { bestSellersRequest, searchRequest } from "./requests.ts";
import { readRetryAfter } from "./retry-after.ts";

/** The Web Scraper API of Oxylabs, by its synchronous "Realtime" method: one call, one page. */
export function createOxylabs(options: OxylabsOptions): Provider {
  const connection = connect(options);
  return {
    name: "oxylabs",
    bestSellers: (category, page, signal) => fetchPage(connection, bestSellersRequest(category, page), signal),
    search: (query, page, signal) => fetchPage(connection, searchRequest(query, page), signal),
    readBestSellers,
    readSearch,
  };
}

async function fetchPage(connection: Connection, payload: object, signal: AbortSignal): Promise<Fetched> {
  const answer = await connection.ask(payload, signal).catch((error) => {
    throw error instanceof HttpFailure ? errorOfFailure(error) : error;
  });
  if (answer.status !== 200) throw errorOfAnswer(answer, connection);
  return { status: answer.status, body: answer.body, durationMs: answer.durationMs };
}

const FAULT_OF_FAILURE = {
  refused: "not_sent",
  dns: "not_sent",
  tls: "not_sent",
  lost: "connection_lost",
  timeout: "timed_out",
  too_large: "too_large",
} as const satisfies Record<HttpFailure["reason"], FaultName>;

function errorOfFailure(failure: HttpFailure): ProviderError {
  return toError(FAULT_OF_FAILURE[failure.reason], { detail: failure.message, cause: failure });
}

function errorOfAnswer({ status, headers, body }: HttpAnswer, connection: Connection): ProviderError {
  const message = connection.conceal(messageOf(body));
  const isFaulted = headers.get("x-oxylabs-job-status") === "faulted";
  const name = isFaulted && status === 204 ? "job_rejected" : faultOfStatus(status, message);
  const retryAfterMs = readRetryAfter(headers.get("retry-after"), new Date());
  return toError(name, { status, detail: message, retryAfterMs });
}

const MAX_MESSAGE_CHARACTERS = 300;

/** What the provider says in `{"message": "..."}`; a gateway's page of HTML says nothing to us. */
function messageOf(body: Uint8Array): string {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(body));
    if (typeof parsed !== "object" || parsed === null || !("message" in parsed)) return "";
    return typeof parsed.message === "string" ? parsed.message.slice(0, MAX_MESSAGE_CHARACTERS) : "";
  } catch {
    return "";
  }
}

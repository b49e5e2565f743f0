import type { Clock } from "../../clock.ts";
import type { AnswerWriter } from "./answers.ts";
import type { CallStats } from "./call-stats.ts";
import type { Fault } from "./conditions.ts";
import { QueryRefused, type QueryRequest, readQuery } from "./query-request.ts";
import { cutShort, dribble } from "./slow-answers.ts";
import type { Weather } from "./weather.ts";
import { type Job, problem } from "./wire.ts";

export interface EndpointParts {
  username: string;
  password: string;
  writer: AnswerWriter;
  weather: Weather;
  stats: CallStats;
  clock: Clock;
}

/** The provider gives up on a job after this time and answers 408. */
const REALTIME_LIMIT_MS = 150_000;
const DEFAULT_RATE = 50;
const FIRST_JOB_ID = 7508979760000000000n;
/** Stands in the names of the rate limit headers. */
const ACCOUNT = "00000000-0000-4000-8000-000000000000";

const REFUSALS: Record<number, string> = {
  402: "Payment required.",
  403: "Forbidden.",
  408: "Timed out.",
  429: "Too many requests. (Total Dynamic).",
  500: "Internal server error.",
};

/** How a call ends. Only a delivered page is billed, useless ones too. */
type End =
  | { kind: "hang"; status: "408" }
  | { kind: "refused"; status: Fault }
  | { kind: "faulted"; status: "613" }
  | { kind: "page"; status: "200"; fault: Fault | undefined };

/** `POST /v1/queries`, the endpoint that waits for the result of a job. */
export class QueryEndpoint {
  readonly #parts: EndpointParts;
  readonly #authorization: string;
  #jobs = 0;

  constructor(parts: EndpointParts) {
    this.#parts = parts;
    this.#authorization = `Basic ${Buffer.from(`${parts.username}:${parts.password}`).toString("base64")}`;
  }

  async answer(request: Request): Promise<Response> {
    const { stats } = this.#parts;
    stats.enter();
    try {
      return await this.#answer(request);
    } catch (error) {
      if (!(error instanceof QueryRefused)) throw error;
      return this.#turnAway(400, error.message);
    } finally {
      stats.leave();
    }
  }

  async #answer(request: Request): Promise<Response> {
    const authorization = request.headers.get("authorization");
    if (authorization === null) return this.#turnAway(401, "Authorization header not provided.");
    if (authorization !== this.#authorization) return this.#turnAway(401, null);
    const query = readQuery(await request.text());
    const { weather, stats, clock } = this.#parts;
    const attempt = stats.callsOf(query.key) + 1;
    const remaining = weather.remaining();
    const end = this.#decide(query, weather.faultOf(query.key, attempt, remaining !== undefined && remaining < 0));
    // What the call costs is settled before anybody can hang up.
    stats.count(query.source, query.key, end.status, end.kind === "page");
    const createdAt = clock.now();
    await this.#wait(durationOf(end, weather.latencyMs(query.key, attempt)), request.signal);
    return this.#deliver({ id: this.#nextJobId(), query, createdAt, updatedAt: clock.now() }, end, remaining);
  }

  /** Not a job at all: counted, but under no key, or rubbish would fill the memory. */
  #turnAway(status: number, message: string | null): Response {
    this.#parts.stats.count("refused", undefined, String(status), false);
    if (message === null) return new Response(null, { status });
    return Response.json(problem(message, traceId()), { status });
  }

  #decide(query: QueryRequest, fault: Fault | undefined): End {
    if (fault === "hang") return { kind: "hang", status: "408" };
    if (fault !== undefined && /^[45]/.test(fault)) return { kind: "refused", status: fault };
    if (fault === "613" || !this.#parts.writer.isPossible(query)) return { kind: "faulted", status: "613" };
    return { kind: "page", status: "200", fault };
  }

  #deliver(job: Job, end: End, remaining: number | undefined): Response {
    const { writer, weather } = this.#parts;
    const headers = this.#headers(job.id, remaining);
    switch (end.kind) {
      case "hang":
        return Response.json({ message: "Timed out." }, { status: 408 });
      case "refused":
        return this.#refusal(Number(end.status), headers);
      case "faulted":
        return new Response(writer.writeFaulted(job), { headers });
      case "page":
        return this.#send(writer.write(job, end.fault, weather.conditions), end.fault, headers);
    }
  }

  #send(bytes: Buffer<ArrayBuffer>, fault: Fault | undefined, headers: Record<string, string>): Response {
    switch (fault) {
      case "slow_body":
        return new Response(dribble(bytes, this.#parts.weather.conditions.slowBodyMs), {
          headers,
        });
      case "truncated_body":
        return new Response(cutShort(bytes), { headers });
      case "cut_json":
        return new Response(bytes.subarray(0, Math.floor(bytes.length * 0.6)), { headers });
      default:
        return new Response(bytes, { headers });
    }
  }

  #refusal(status: number, headers: Record<string, string>): Response {
    // Wrong credentials are answered with nothing at all.
    if (status === 401) return new Response(null, { status });
    const { retryAfterSeconds } = this.#parts.weather.conditions;
    const retryAfter = status === 429 && retryAfterSeconds !== null ? { "retry-after": String(retryAfterSeconds) } : {};
    const body = problem(REFUSALS[status] ?? "Service unavailable.", traceId());
    return Response.json(body, { status, headers: { ...headers, ...retryAfter } });
  }

  #headers(jobId: string, remaining: number | undefined): Record<string, string> {
    const { ratePerSecond } = this.#parts.weather.conditions;
    const limit = ratePerSecond ?? DEFAULT_RATE;
    return {
      "content-type": "application/json",
      "x-oxylabs-client-id": "100000",
      "x-oxylabs-job-id": jobId,
      "x-oxylabs-trace-id": traceId(),
      [`x-ratelimit-total-requests-${ACCOUNT}-limit`]: String(limit),
      [`x-ratelimit-total-requests-${ACCOUNT}-remaining`]: String(Math.max(0, remaining ?? limit - 1)),
    };
  }

  #wait(ms: number, hungUp: AbortSignal): Promise<void> {
    return ms === 0 ? Promise.resolve() : this.#parts.clock.sleep(ms, hungUp);
  }

  #nextJobId(): string {
    return String(FIRST_JOB_ID + BigInt(++this.#jobs));
  }
}

/** Who is refused learns it at once; a job that fails takes as long as one that does not. */
function durationOf(end: End, latencyMs: number): number {
  if (end.kind === "hang") return REALTIME_LIMIT_MS;
  return end.kind === "refused" && /^4(?!08)/.test(end.status) ? 0 : latencyMs;
}

const traceId = () => crypto.randomUUID().replaceAll("-", "").slice(0, 24);

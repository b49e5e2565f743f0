import { MAX_ANSWER_BYTES } from "./provider.ts";

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface PostRequest {
  url: string;
  headers: Record<string, string>;
  body: string;
  /** For the whole exchange, from connecting to the last byte of the answer. */
  timeoutMs: number;
  maxBytes?: number | undefined;
  fetch?: Fetch | undefined;
}

export interface HttpAnswer {
  status: number;
  headers: Headers;
  body: Uint8Array;
  durationMs: number;
}

/** `refused`, `dns` and `tls`: nothing of the request was sent. `lost`: it may have arrived, the answer did not. */
export type FailureReason = "refused" | "dns" | "tls" | "lost" | "timeout" | "too_large";

export class HttpFailure extends Error {
  readonly reason: FailureReason;

  constructor(reason: FailureReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.reason = reason;
  }
}

/** The body of a refusal is read for its message only. */
const MAX_REFUSAL_BYTES = 64 * 1024;

/**
 * Sends one request and reads its answer within bounds of time and size; follows no redirects.
 * @throws HttpFailure when no complete answer came; the caller's own abort reason, as it is, when the signal aborts.
 */
export async function post(request: PostRequest, signal: AbortSignal): Promise<HttpAnswer> {
  signal.throwIfAborted();
  const startedAt = performance.now();
  // Not AbortSignal.any(): a run's signal lives for hours, and what hangs on it would be kept as long.
  const stop = new AbortController();
  const stopWithCaller = () => stop.abort(signal.reason);
  signal.addEventListener("abort", stopWithCaller, { once: true });
  const timer = setTimeout(() => stop.abort(timeoutFailure(request.timeoutMs)), request.timeoutMs);
  try {
    const response = await send(request, stop.signal);
    const body = await readBody(response, request.maxBytes ?? MAX_ANSWER_BYTES);
    return { status: response.status, headers: response.headers, body, durationMs: performance.now() - startedAt };
  } catch (error) {
    if (stop.signal.aborted) throw stop.signal.reason;
    throw toFailure(error);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stopWithCaller);
  }
}

function send({ url, headers, body, fetch = globalThis.fetch }: PostRequest, signal: AbortSignal): Promise<Response> {
  return fetch(url, { method: "POST", headers, body, redirect: "manual", signal });
}

async function readBody(response: Response, maxBytes: number): Promise<Uint8Array> {
  const limit = response.ok ? maxBytes : MAX_REFUSAL_BYTES;
  // Cheaper by a quarter than chunk by chunk, where the size is sure.
  const isPlain = !response.headers.has("content-encoding") && response.headers.has("content-length");
  if (isPlain && announcedBytes(response) <= limit) return response.bytes();
  return readCounted(response, limit);
}

// Counted while it arrives: a Content-Length says nothing about what a compressed body unfolds to.
async function readCounted(response: Response, limit: number): Promise<Uint8Array> {
  // Written where it will stay: chunks that were kept until the end would need twice the memory.
  let body = new Uint8Array(Math.min(announcedBytes(response), limit));
  let size = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const next = await reader?.read();
    if (!next || next.done) break;
    const chunk = next.value.subarray(0, limit - size);
    body = withRoomFor(body, size + chunk.byteLength);
    body.set(chunk, size);
    size += chunk.byteLength;
    if (chunk.byteLength === next.value.byteLength) continue;
    // Not waited for: the other side may take as long as it likes to notice.
    reader?.cancel().catch(() => {});
    if (response.ok) throw new HttpFailure("too_large", `The answer is larger than ${limit} bytes.`);
    break;
  }
  return body.subarray(0, size);
}

const FIRST_GUESS_BYTES = 64 * 1024;

function announcedBytes({ headers }: Response): number {
  const length = Number(headers.get("content-length"));
  return Number.isSafeInteger(length) && length > 0 ? length : FIRST_GUESS_BYTES;
}

function withRoomFor(body: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer> {
  if (size <= body.byteLength) return body;
  const larger = new Uint8Array(Math.max(size, body.byteLength * 2));
  larger.set(body);
  return larger;
}

type BrokenConnection = Exclude<FailureReason, "timeout" | "too_large">;

const REASONS: Record<string, BrokenConnection> = {
  ECONNREFUSED: "refused",
  ENETUNREACH: "refused",
  EHOSTUNREACH: "refused",
  ConnectionRefused: "refused",
  FailedToOpenSocket: "refused",
  ENOTFOUND: "dns",
  EAI_AGAIN: "dns",
  EAI_FAIL: "dns",
  EPROTO: "tls",
};

const MESSAGES: Record<BrokenConnection, string> = {
  refused: "The connection was refused.",
  dns: "The host name is not known.",
  tls: "No secure connection could be made.",
  lost: "The connection broke before the answer was complete.",
};

function toFailure(error: unknown): HttpFailure {
  if (error instanceof HttpFailure) return error;
  if (error instanceof DOMException && error.name === "TimeoutError") {
    return new HttpFailure("timeout", "No answer came in time.", { cause: error });
  }
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const reason = REASONS[code] ?? (/CERT|TLS|SSL|SIGNATURE/.test(code) ? "tls" : "lost");
  return new HttpFailure(reason, code ? `${MESSAGES[reason]} (${code})` : MESSAGES[reason], { cause: error });
}

function timeoutFailure(timeoutMs: number): HttpFailure {
  return new HttpFailure("timeout", `No complete answer came within ${timeoutMs / 1000} s.`);
}

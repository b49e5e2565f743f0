import { type Fetch, type HttpAnswer, post } from "../http.ts";

export interface OxylabsOptions {
  /** May carry a path; `/v1/queries` is appended. */
  baseUrl?: string | undefined;
  username: string;
  password: string;
  /** Realtime itself gives up after about 160 s: with less than 165 s its own answer never arrives. */
  timeoutMs?: number | undefined;
  fetch?: Fetch | undefined;
}

export interface Connection {
  /** @throws HttpFailure, or the abort reason of the signal. */
  ask(payload: object, signal: AbortSignal): Promise<HttpAnswer>;
  /** Takes user name and password out of a text that comes from outside. */
  conceal(text: string): string;
}

export const DEFAULT_BASE_URL = "https://realtime.oxylabs.io";
const DEFAULT_TIMEOUT_MS = 180_000;

export function connect({
  baseUrl = DEFAULT_BASE_URL,
  username,
  password,
  timeoutMs = DEFAULT_TIMEOUT_MS,
  fetch,
}: OxylabsOptions): Connection {
  const url = queriesUrl(baseUrl);
  const token = Buffer.from(`${username}:${password}`).toString("base64");
  const headers = { "content-type": "application/json", authorization: `Basic ${token}` };
  const secrets = [token, password, username].filter((secret) => secret !== "");
  return {
    ask: (payload, signal) => post({ url, headers, body: JSON.stringify(payload), timeoutMs, fetch }, signal),
    conceal: (text) => secrets.reduce((rest, secret) => rest.replaceAll(secret, "***"), text),
  };
}

function queriesUrl(baseUrl: string): string {
  const url = new URL(baseUrl);
  // An address is shown in messages; credentials are sent in the header and nowhere else.
  url.username = "";
  url.password = "";
  url.search = "";
  url.hash = "";
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/v1/queries`;
  return url.href;
}

import { AppError } from "../errors.ts";
import { EXIT, Failure } from "../exit.ts";

/**
 * Allowed are this origin's own scripts, styles, fonts and forms: nothing inline, nothing from elsewhere, no framing.
 * `data:` images are the check and chevron glyphs inside the style sheet.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

export const SECURITY_HEADERS = {
  "content-security-policy": CONTENT_SECURITY_POLICY,
  "x-content-type-options": "nosniff",
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
} as const;

const LOOPBACK_NAMES = ["localhost", "127.0.0.1", "[::1]"];
const SAFE_METHODS = ["GET", "HEAD", "OPTIONS"];

/**
 * Refuses to listen anywhere but on this machine: there are no accounts yet, so whoever reaches the port may use it.
 * @throws Failure naming the address.
 */
export function assertLoopback(host: string): void {
  const name = host === "::1" ? "[::1]" : host;
  if (LOOPBACK_NAMES.includes(name) || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name)) return;
  const why = "is reachable from outside, and there is no sign-in yet: use 127.0.0.1 and a tunnel.";
  throw new Failure(EXIT.badConfiguration, `HOST=${host} ${why}`);
}

/**
 * Refuses requests that name another host (a foreign page whose DNS name points here) and writes that another site's
 * page makes in the visitor's name. Programs send neither Origin nor Sec-Fetch-Site and pass.
 * @param port where the server listens; undefined when it does not (tests hand requests over directly).
 * @throws AppError 421 or 403.
 */
export function guard(request: Request, port: number | undefined): void {
  const url = new URL(request.url);
  const host = request.headers.get("host") ?? url.host;
  if (!isOwnHost(host, port)) {
    throw new AppError(421, "foreign_host", "This address is served under localhost and 127.0.0.1 only.");
  }
  if (!SAFE_METHODS.includes(request.method) && isCrossSite(request.headers, host)) {
    throw new AppError(403, "cross_site", "Changes are taken from this site's own pages only.");
  }
}

function isOwnHost(host: string, port: number | undefined): boolean {
  const [, name = "", givenPort] = /^(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/.exec(host) ?? [];
  if (!LOOPBACK_NAMES.includes(name.toLowerCase())) return false;
  return port === undefined || Number(givenPort ?? 80) === port;
}

function isCrossSite(headers: Headers, host: string): boolean {
  const site = headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin" && site !== "none") return true;
  const origin = headers.get("origin");
  return origin !== null && origin !== `http://${host}` && origin !== `https://${host}`;
}

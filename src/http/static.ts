import { Elysia } from "elysia";
import htmxSse from "htmx.org/dist/ext/hx-sse.min.js" with { type: "file" };
import htmx from "htmx.org/dist/htmx.min.js" with { type: "file" };
import appCss from "../../static/app.css" with { type: "file" };
import appJs from "../../static/app.js" with { type: "file" };
import favicon from "../../static/favicon.svg" with { type: "file" };
import geist from "../../static/fonts/geist-latin.woff2" with { type: "file" };
import geistMono from "../../static/fonts/geist-mono-latin.woff2" with { type: "file" };
import { NotFoundError } from "../errors.ts";

// Imported, not read from a folder: so the files ride in the compiled program.
const FILES: Record<string, { path: string; type: string }> = {
  "app.css": { path: appCss, type: "text/css; charset=utf-8" },
  "app.js": { path: appJs, type: "text/javascript; charset=utf-8" },
  "htmx.js": { path: htmx, type: "text/javascript; charset=utf-8" },
  "htmx-sse.js": { path: htmxSse, type: "text/javascript; charset=utf-8" },
  "favicon.svg": { path: favicon, type: "image/svg+xml" },
  "fonts/geist-latin.woff2": { path: geist, type: "font/woff2" },
  "fonts/geist-mono-latin.woff2": { path: geistMono, type: "font/woff2" },
};

interface Loaded {
  body: Uint8Array<ArrayBuffer>;
  /** Absent where it would not be smaller. */
  gzip: Uint8Array<ArrayBuffer> | undefined;
  etag: string;
}

const loaded = new Map<string, Promise<Loaded>>();

/** GET /static/*: revalidated by ETag, so that an update shows at once and costs a round trip of a few bytes. */
export const staticFiles = new Elysia().get("/static/*", async ({ params, request }) => {
  const name = params["*"];
  const file = Object.hasOwn(FILES, name) ? FILES[name] : undefined;
  if (!file) throw new NotFoundError("page", "There is no such file.");
  const { body, gzip, etag } = await load(file.path);
  const headers = { "content-type": file.type, "cache-control": "no-cache", vary: "accept-encoding", etag };
  if (request.headers.get("if-none-match") === etag) return new Response(null, { status: 304, headers });
  if (gzip && /\bgzip\b/.test(request.headers.get("accept-encoding") ?? "")) {
    return new Response(gzip, { headers: { ...headers, "content-encoding": "gzip" } });
  }
  return new Response(body, { headers });
});

function load(path: string): Promise<Loaded> {
  const known = loaded.get(path);
  if (known) return known;
  const reading = Bun.file(path)
    .bytes()
    .then((body) => {
      const gzip = path.endsWith(".woff2") ? undefined : Bun.gzipSync(body);
      return { body, gzip, etag: `"${Bun.hash(body).toString(36)}"` };
    });
  loaded.set(path, reading);
  return reading;
}

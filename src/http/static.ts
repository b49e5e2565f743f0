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
const FILES: Record<string, StaticFile> = {
  "app.css": { paths: [appCss], type: "text/css; charset=utf-8" },
  "app.js": { paths: [appJs], type: "text/javascript; charset=utf-8" },
  // In one script: htmx starts a moment after it was read, and an extension that comes later misses what is on the page.
  "htmx.js": { paths: [htmx, htmxSse], type: "text/javascript; charset=utf-8" },
  "favicon.svg": { paths: [favicon], type: "image/svg+xml" },
  "fonts/geist-latin.woff2": { paths: [geist], type: "font/woff2" },
  "fonts/geist-mono-latin.woff2": { paths: [geistMono], type: "font/woff2" },
};

interface StaticFile {
  /** What it is put together from. */
  paths: string[];
  type: string;
}

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
  const { body, gzip, etag } = await load(name, file);
  const headers = { "content-type": file.type, "cache-control": "no-cache", vary: "accept-encoding", etag };
  if (request.headers.get("if-none-match") === etag) return new Response(null, { status: 304, headers });
  if (gzip && /\bgzip\b/.test(request.headers.get("accept-encoding") ?? "")) {
    return new Response(gzip, { headers: { ...headers, "content-encoding": "gzip" } });
  }
  return new Response(body, { headers });
});

function load(name: string, file: StaticFile): Promise<Loaded> {
  const known = loaded.get(name);
  if (known) return known;
  const reading = read(file);
  loaded.set(name, reading);
  return reading;
}

async function read({ paths, type }: StaticFile): Promise<Loaded> {
  const parts = await Promise.all(paths.map((path) => Bun.file(path).bytes()));
  const body = Buffer.concat(parts.flatMap((part, index) => (index > 0 ? [Buffer.from("\n;"), part] : [part])));
  const gzip = type.startsWith("font/") ? undefined : Bun.gzipSync(body);
  return { body, gzip, etag: `"${Bun.hash(body).toString(36)}"` };
}

/**
 * A server of event streams in a process of its own, started by `sse.ts`: `bun bench/sse-server.ts bare|ours <data folder>`.
 * The bare hub sends what it makes up itself; ours reads what the parent writes into the database.
 */
import { FIRST_ORGANISATION } from "../src/accounts/organisation.ts";
import { createApp } from "../src/app.ts";
import { openDatabase } from "../src/db/open.ts";
import { type FromServer, microsSince, type SsePlan, type ToServer } from "./sse-plan.ts";

const [who, dataDir = ""] = process.argv.slice(2);
const tell = (message: FromServer) => process.send?.(message);
const viewers = new Set<ReadableStreamDefaultController<Uint8Array>>();

process.on("message", (message: ToServer) => {
  if (message === "memory") tell({ memoryMb: memoryMb() });
  else void publish(message.publish, message.origin).then(() => tell("published"));
});
tell({ url: who === "bare" ? bareHub() : await ours() });

function bareHub(): string {
  const fetch = (request: Request, server: Bun.Server<undefined>) => {
    server.timeout(request, 0);
    return new Response(viewerStream(), { headers: { "content-type": "text/event-stream" } });
  };
  return Bun.serve({ port: 0, hostname: "127.0.0.1", fetch }).url.origin;
}

function viewerStream(): ReadableStream<Uint8Array> {
  let own: ReadableStreamDefaultController<Uint8Array>;
  return new ReadableStream({
    start(controller) {
      own = controller;
      viewers.add(own);
      own.enqueue(new TextEncoder().encode(": \n\n"));
    },
    cancel: () => void viewers.delete(own),
  });
}

/** The same event as ours, to all viewers at once. */
async function publish({ perSecond, seconds }: SsePlan, origin: number): Promise<void> {
  const encoder = new TextEncoder();
  const startedAt = microsSince(origin);
  for (let id = 1; id <= perSecond * seconds; id++) {
    const event = { id, timestamp: new Date(), worker_id: 1, phase: "ebay", action: "found" };
    const details = {
      product_name: "Steel bottle, 24 oz",
      page: 1,
      duration_ms: microsSince(origin),
      cost_micros: 1350,
    };
    const message = encoder.encode(`id: ${id}\ndata: ${JSON.stringify({ ...event, ...details })}\n\n`);
    for (const viewer of viewers) viewer.enqueue(message);
    await Bun.sleep(Math.max(0, (id * 1000) / perSecond - (microsSince(origin) - startedAt) / 1000));
  }
}

async function ours(): Promise<string> {
  const { sql } = await openDatabase({ dataDir });
  const app = createApp({ sql, orgId: FIRST_ORGANISATION, log: console });
  app.listen({ port: 0, hostname: "127.0.0.1" });
  return `http://127.0.0.1:${app.server?.port}`;
}

function memoryMb(): number {
  Bun.gc(true);
  return Math.round(process.memoryUsage.rss() / 1024 / 1024);
}

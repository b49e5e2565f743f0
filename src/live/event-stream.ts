import type { Joining, LiveHub } from "./hub.ts";

const HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store",
  // A proxy that buffers would hold the events back.
  "x-accel-buffering": "no",
};

/** Seconds that a reader may take for what it was sent last; who takes none of it loses the connection. */
const LAST_WORDS_S = 5;

interface Asked {
  request: Request;
  server: { timeout(request: Request, seconds: number): void } | null;
}

/** Answers with the run's stream; the run must exist. */
export async function eventStream(
  hub: LiveHub,
  runId: string,
  seen: Joining["seen"],
  { request, server }: Asked,
): Promise<Response> {
  // The idle timeout of other requests would cut a stream that is quiet for a while.
  server?.timeout(request, 0);
  const onEnd = () => server?.timeout(request, LAST_WORDS_S);
  return new Response(await hub.subscribe(runId, { seen, onEnd }), { headers: HEADERS });
}

/** @jsxImportSource @kitajs/html */
import { Elysia } from "elysia";
import { RunPush } from "../../views/runs/live.tsx";
import { type Frame, getFrame } from "../home/frame.ts";
import type { ErrorLog } from "../http/errors.tsx";
import type { WebDeps } from "../http/scope.ts";
import { getRunView } from "../runs/lists.ts";
import { getRunState, type RunState } from "../runs/state.ts";
import { FINAL_STATUSES } from "../runs/status.ts";
import type { Snapshot } from "./channel.ts";
import { LiveHub } from "./hub.ts";

const HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store",
  // A proxy that buffers would hold the events back.
  "x-accel-buffering": "no",
};

/** GET /runs/{id}/live: the parts of the page of a run, pushed as they change. */
export const livePages = ({ sql, orgId, inOrganisation, clock, log }: WebDeps & { log: ErrorLog }) => {
  const hub = new LiveHub({
    sql,
    clock,
    read: (runId) =>
      inOrganisation(async (tx) => {
        const now = clock.now();
        return toSnapshot(...(await Promise.all([getRunState(tx, runId, now), getFrame(tx, orgId, now)])));
      }),
    onError: (err) => log.error({ err }, "a live page could not be read"),
  });
  return new Elysia({ prefix: "/runs" })
    .get("/:id/live", async ({ params, request, server }) => {
      const { id } = await inOrganisation((tx) => getRunView(tx, params.id));
      // The idle timeout of other requests would cut a stream that is quiet for a while.
      server?.timeout(request, 0);
      return new Response(await hub.subscribe(id, request.headers.get("last-event-id")), { headers: HEADERS });
    })
    .onStop(() => hub.stop());
};

async function toSnapshot(state: RunState, frame: Frame): Promise<Snapshot> {
  const { run } = state;
  return {
    // That its process has died is no commit of the run.
    revision: `${run.revision}-${run.status}`,
    fragment: await (<RunPush state={state} frame={frame} />),
    isFinal: FINAL_STATUSES.some((status) => status === run.status),
  };
}

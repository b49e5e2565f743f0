/** @jsxImportSource @kitajs/html */
import { Elysia } from "elysia";
import { RunPush } from "../../views/runs/live.tsx";
import { type Frame, getFrame } from "../home/frame.ts";
import type { ErrorLog } from "../http/errors.tsx";
import type { WebDeps } from "../http/scope.ts";
import { getRunView } from "../runs/lists.ts";
import { getRunState, type RunState } from "../runs/state.ts";
import { FINAL_STATUSES } from "../runs/status.ts";
import { Channel, type Snapshot } from "./channel.ts";
import { eventStream } from "./event-stream.ts";
import { LiveHub } from "./hub.ts";

/** GET /runs/{id}/live: the parts of the page of a run, pushed as they change. */
export const livePages = ({ sql, orgId, inOrganisation, clock, log }: WebDeps & { log: ErrorLog }) => {
  const read = (runId: string) =>
    inOrganisation(async (tx) => {
      const now = clock.now();
      return toSnapshot(...(await Promise.all([getRunState(tx, runId, now), getFrame(tx, orgId, now)])));
    });
  const onError = (err: unknown) => log.error({ err }, "a live page could not be read");
  const hub = new LiveHub({
    sql,
    open: (runId, onEmpty) => new Channel({ read: () => read(runId), clock, onEmpty, onError }),
  });
  return new Elysia({ prefix: "/runs" })
    .get("/:id/live", async ({ params, request, server }) => {
      const { id } = await inOrganisation((tx) => getRunView(tx, params.id));
      return eventStream(hub, id, request.headers.get("last-event-id"), { request, server });
    })
    .onStop(() => hub.stop());
};

async function toSnapshot(state: RunState, frame: Frame): Promise<Snapshot> {
  const { run, activity } = state;
  return {
    // That its process has died is no commit of the run.
    revision: `${run.revision}-${run.status}-${activity.at(-1)?.id ?? 0}`,
    fragment: await (<RunPush state={state} frame={frame} />),
    isFinal: FINAL_STATUSES.some((status) => status === run.status),
  };
}

import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import type { ErrorLog } from "../http/errors.tsx";
import { queryOf } from "../http/query.ts";
import type { WebDeps } from "../http/scope.ts";
import { eventStream } from "../live/event-stream.ts";
import { LiveHub } from "../live/hub.ts";
import { toProgressJson } from "../runs/dto.ts";
import { getProgress, getRunView } from "../runs/lists.ts";
import { readNews, replay } from "./activity.ts";
import { ActivityChannel, type ActivitySource } from "./channel.ts";
import { getMetrics, toMetricsJson } from "./metrics.ts";

/** For clients that cannot send the header. */
const StreamQuery = Type.Object(
  { last_event_id: Type.Optional(Type.String({ maxLength: 20 })) },
  { additionalProperties: false },
);

/** What happens in a run as an event stream, and what its calls came to. */
export const activityApi = (deps: WebDeps & { log: ErrorLog }) => {
  const { sql, inOrganisation, log } = deps;
  const onError = (err: unknown) => log.error({ err }, "what happens in a run could not be read");
  const hub = new LiveHub({
    sql,
    open: (runId, onEmpty) => new ActivityChannel({ source: sourceOf(runId, deps), onEmpty, onError }),
  });
  return new Elysia({ prefix: "/api/collection/runs" })
    .get("/:id/activity", async ({ params, request, server }) => {
      const query = queryOf(StreamQuery, request);
      const { id } = await inOrganisation((tx) => getRunView(tx, params.id));
      const seen = request.headers.get("last-event-id") ?? query.last_event_id ?? null;
      return eventStream(hub, id, seen, { request, server });
    })
    .get("/:id/metrics", async ({ params }) => toMetricsJson(await inOrganisation((tx) => getMetrics(tx, params.id))))
    .onStop(() => hub.stop());
};

const sourceOf = (runId: string, { inOrganisation, clock }: WebDeps): ActivitySource => ({
  read: (afterId, limit) => inOrganisation((tx) => readNews(tx, runId, afterId, limit)),
  replay: (seenId, limit) => inOrganisation((tx) => replay(tx, runId, seenId, limit)),
  state: (last_event_id) =>
    inOrganisation(async (tx) =>
      JSON.stringify({ ...toProgressJson(await getProgress(tx, runId), clock.now()), last_event_id }),
    ),
});

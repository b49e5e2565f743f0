import { type TObject, Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { readJson } from "../http/body.ts";
import type { WebDeps } from "../http/scope.ts";
import { centsToMicros, toCents } from "../money.ts";
import { checked } from "../violations.ts";
import { toRunJson } from "./dto.ts";
import { cancelRun, finishRun, type Moved, pauseRun, resumeRun, retryFailed, startRun } from "./life-cycle.ts";
import { RunRequest } from "./list-request.ts";
import { getRunView } from "./lists.ts";
import { makeRun } from "./make-run.ts";
import { rerun } from "./rerun.ts";

const ResumeRequest = Type.Object(
  {
    budget_cap_cents: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000_000 })),
    workers: Type.Optional(Type.Integer({ minimum: 1, maximum: 50 })),
  },
  { additionalProperties: false },
);

const RetryRequest = Type.Object(
  { item_ids: Type.Optional(Type.Array(Type.String({ format: "uuid" }), { minItems: 1, maxItems: 1000 })) },
  { additionalProperties: false },
);

/** What makes and moves runs. Each answers with the run as it is then. */
export const lifeCycleApi = ({ inOrganisation, orgId, clock }: WebDeps) => {
  const runOf = (id: string) => inOrganisation(async (tx) => toRunJson(await getRunView(tx, id)));
  const moved = async ({ run, inFlight }: Moved) => ({
    ...(await runOf(run.id)),
    in_flight: { calls: inFlight.calls, cost_micros: inFlight.costMicros, cost_cents: toCents(inFlight.costMicros) },
  });

  return new Elysia({ prefix: "/api/collection/runs" })
    .post("/", async ({ request, set }) => {
      const body = checked(RunRequest, await readJson(request));
      const key = request.headers.get("idempotency-key");
      const { run, isReplay } = await inOrganisation((tx) => makeRun(tx, orgId, body, { key, now: clock.now() }));
      set.status = 201;
      if (isReplay) set.headers["idempotency-replayed"] = "true";
      return runOf(run.id);
    })
    .post("/:id/start", async ({ params: { id }, request }) => {
      await readOptional(NoFields, request);
      return runOf((await inOrganisation((tx) => startRun(tx, orgId, id))).id);
    })
    .post("/:id/pause", async ({ params: { id }, request }) => {
      await readOptional(NoFields, request);
      return moved(await inOrganisation((tx) => pauseRun(tx, orgId, id)));
    })
    .post("/:id/resume", async ({ params: { id }, request }) => {
      const { budget_cap_cents: cents, workers } = await readOptional(ResumeRequest, request);
      const limits = {
        ...(cents !== undefined && { budgetCapMicros: centsToMicros(cents) }),
        ...(workers !== undefined && { workers }),
      };
      return runOf((await inOrganisation((tx) => resumeRun(tx, orgId, id, limits))).id);
    })
    .post("/:id/finish", async ({ params: { id }, request }) => {
      await readOptional(NoFields, request);
      return moved(await inOrganisation((tx) => finishRun(tx, orgId, id)));
    })
    .post("/:id/cancel", async ({ params: { id }, request }) => {
      await readOptional(NoFields, request);
      return moved(await inOrganisation((tx) => cancelRun(tx, orgId, id)));
    })
    .post("/:id/retry-failed", async ({ params: { id }, request }) => {
      const { item_ids: items } = await readOptional(RetryRequest, request);
      const { run, retried } = await inOrganisation((tx) => retryFailed(tx, orgId, id, items));
      return { ...(await runOf(run.id)), retried_items: retried };
    })
    .post("/:id/rerun", async ({ params: { id }, request, set }) => {
      await readOptional(NoFields, request);
      const run = await inOrganisation((tx) => rerun(tx, orgId, id, clock.now()));
      set.status = 201;
      return runOf(run.id);
    });
};

const NoFields = Type.Object({}, { additionalProperties: false });

/** Commands may come without a body. */
async function readOptional<Schema extends TObject>(schema: Schema, request: Request) {
  const isEmpty = request.body === null || request.headers.get("content-length") === "0";
  return checked(schema, isEmpty ? {} : await readJson(request));
}

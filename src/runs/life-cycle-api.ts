import { type TObject, Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import type { Tx } from "../db/client.ts";
import { readJson } from "../http/body.ts";
import type { WebDeps } from "../http/scope.ts";
import { centsToMicros, toCents } from "../money.ts";
import { checked } from "../violations.ts";
import { toRunJson } from "./dto.ts";
import { cancelRun, finishRun, pauseRun, resumeRun, retryFailed, startRun } from "./life-cycle.ts";
import { RunRequest } from "./list-request.ts";
import { getRunView } from "./lists.ts";
import { makeRun } from "./make-run.ts";
import type { Run } from "./queries.ts";
import { rerun } from "./rerun.ts";

const ResumeRequest = Type.Object(
  {
    budget_cap_cents: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000_000 })),
    workers: Type.Optional(Type.Integer({ minimum: 1, maximum: 50 })),
  },
  { additionalProperties: false },
);

// Not `format: "uuid"`, which also takes `urn:uuid:`.
const ItemId = Type.RegExp(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, { description: "the id of an item" });

const RetryRequest = Type.Object(
  { item_ids: Type.Optional(Type.Array(ItemId, { minItems: 1, maxItems: 1000 })) },
  { additionalProperties: false },
);

/** What makes and moves runs. Each answers with the run as it left it. */
export const lifeCycleApi = ({ inOrganisation, orgId, clock }: WebDeps) => {
  const moved = (move: typeof pauseRun, id: string) =>
    inOrganisation(async (tx) => {
      const { run, inFlight } = await move(tx, orgId, id);
      const { calls, costMicros } = inFlight;
      return {
        ...(await viewOf(tx, run)),
        in_flight: { calls, cost_micros: costMicros, cost_cents: toCents(costMicros) },
      };
    });

  return new Elysia({ prefix: "/api/collection" })
    .post("/runs", async ({ request, set }) => {
      const body = checked(RunRequest, await readJson(request));
      const key = request.headers.get("idempotency-key");
      const { isReplay, view } = await inOrganisation(async (tx) => {
        const made = await makeRun(tx, orgId, body, { key, now: clock.now() });
        return { isReplay: made.isReplay, view: await viewOf(tx, made.run) };
      });
      set.status = 201;
      if (isReplay) set.headers["idempotency-replayed"] = "true";
      return view;
    })
    .post("/runs/:id/start", async ({ params: { id }, request }) => {
      await readOptional(NoFields, request);
      return inOrganisation(async (tx) => viewOf(tx, await startRun(tx, orgId, id)));
    })
    .post("/runs/:id/pause", async ({ params: { id }, request }) => {
      await readOptional(NoFields, request);
      return moved(pauseRun, id);
    })
    .post("/runs/:id/resume", async ({ params: { id }, request }) => {
      const { budget_cap_cents: cents, workers } = await readOptional(ResumeRequest, request);
      const limits = {
        ...(cents !== undefined && { budgetCapMicros: centsToMicros(cents) }),
        ...(workers !== undefined && { workers }),
      };
      return inOrganisation(async (tx) => viewOf(tx, await resumeRun(tx, orgId, id, limits)));
    })
    .post("/runs/:id/finish", async ({ params: { id }, request }) => {
      await readOptional(NoFields, request);
      return moved(finishRun, id);
    })
    .post("/runs/:id/cancel", async ({ params: { id }, request }) => {
      await readOptional(NoFields, request);
      return moved(cancelRun, id);
    })
    .post("/runs/:id/retry-failed", async ({ params: { id }, request }) => {
      const { item_ids: items } = await readOptional(RetryRequest, request);
      return inOrganisation(async (tx) => {
        const { run, retried } = await retryFailed(tx, orgId, id, items);
        return { ...(await viewOf(tx, run)), retried_items: retried };
      });
    })
    .post("/runs/:id/rerun", async ({ params: { id }, request, set }) => {
      await readOptional(NoFields, request);
      const view = await inOrganisation(async (tx) => viewOf(tx, await rerun(tx, orgId, id, clock.now())));
      set.status = 201;
      return view;
    });
};

/** Read in the transaction of the command: another one may follow at once. */
const viewOf = async (tx: Tx, { id }: Run) => toRunJson(await getRunView(tx, id));

const NoFields = Type.Object({}, { additionalProperties: false });

/** Commands may come without a body. */
async function readOptional<Schema extends TObject>(schema: Schema, request: Request) {
  const isEmpty = request.body === null || request.headers.get("content-length") === "0";
  return checked(schema, isEmpty ? {} : await readJson(request));
}

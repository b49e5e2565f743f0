import { Elysia } from "elysia";
import { readJson } from "../http/body.ts";
import { queryOf } from "../http/query.ts";
import type { WebDeps } from "../http/scope.ts";
import { checked } from "../violations.ts";
import { toBreakdownJson } from "./breakdown-dto.ts";
import { CallQuery } from "./call-query.ts";
import { toBudgetJson, toHistoryJson, toProgressJson, toRunJson } from "./dto.ts";
import { toEstimateJson } from "./estimate.ts";
import { estimateRequest } from "./estimate-request.ts";
import { toCallJson, toItemJson } from "./item-dto.ts";
import { ItemQuery, PageQuery, RunQuery, RunRequest } from "./list-request.ts";
import { getBreakdown, getProgress, getRunView, pageOfCalls, pageOfItems, pageOfRuns } from "./lists.ts";
import { getMonthBudget } from "./month-budget.ts";
import { FINAL_STATUSES } from "./status.ts";

export const runsApi = ({ inOrganisation, orgId, clock }: WebDeps) =>
  new Elysia({ prefix: "/api/collection" })
    .post("/estimate", async ({ request }) => {
      const body = checked(RunRequest, await readJson(request));
      return toEstimateJson(await inOrganisation((tx) => estimateRequest(tx, body)));
    })
    .get("/runs", async ({ request }) => {
      const { status, ...query } = queryOf(RunQuery, request);
      const page = await inOrganisation((tx) => pageOfRuns(tx, { ...query, ...(status && { statuses: [status] }) }));
      return { runs: page.rows.map(toRunJson), total: page.total, next_cursor: page.nextCursor };
    })
    .get("/runs/history", async ({ request }) => {
      const query = queryOf(PageQuery, request);
      const page = await inOrganisation((tx) => pageOfRuns(tx, { ...query, statuses: FINAL_STATUSES }));
      const now = clock.now();
      return { runs: page.rows.map((run) => toHistoryJson(run, now)), total: page.total, next_cursor: page.nextCursor };
    })
    .get("/runs/:id", ({ params }) => inOrganisation(async (tx) => toRunJson(await getRunView(tx, params.id))))
    .get("/runs/:id/progress", ({ params }) =>
      inOrganisation(async (tx) => toProgressJson(await getProgress(tx, params.id), clock.now())),
    )
    .get("/runs/:id/items", async ({ params, request }) => {
      const query = queryOf(ItemQuery, request);
      const page = await inOrganisation(async (tx) => pageOfItems(tx, (await getRunView(tx, params.id)).id, query));
      return { items: page.rows.map(toItemJson), total: page.total, next_cursor: page.nextCursor };
    })
    .get("/runs/:id/calls", async ({ params, request }) => {
      const query = queryOf(CallQuery, request);
      const page = await inOrganisation(async (tx) => pageOfCalls(tx, (await getRunView(tx, params.id)).id, query));
      return { calls: page.rows.map(toCallJson), total: page.total, next_cursor: page.nextCursor };
    })
    .get("/runs/:id/breakdown", ({ params }) =>
      inOrganisation(async (tx) => toBreakdownJson(await getBreakdown(tx, (await getRunView(tx, params.id)).id))),
    )
    .get("/budget", () => inOrganisation(async (tx) => toBudgetJson(await getMonthBudget(tx, orgId, clock.now()))));

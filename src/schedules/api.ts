import { Elysia } from "elysia";
import { readJson } from "../http/body.ts";
import { queryOf } from "../http/query.ts";
import type { WebDeps } from "../http/scope.ts";
import { toRunJson } from "../runs/dto.ts";
import { getRunView } from "../runs/lists.ts";
import { checked } from "../violations.ts";
import { toScheduleJson } from "./dto.ts";
import { NewSchedule, SchedulePatch, ScheduleQuery } from "./request.ts";
import {
  changeSchedule,
  createSchedule,
  getScheduleView,
  pageOfSchedules,
  removeSchedule,
  runNow,
} from "./schedules.ts";

export const schedulesApi = ({ inOrganisation, orgId, clock }: WebDeps) =>
  new Elysia({ prefix: "/api/collection" })
    .get("/schedules", async ({ request }) => {
      const query = queryOf(ScheduleQuery, request);
      const page = await inOrganisation((tx) => pageOfSchedules(tx, query));
      const now = clock.now();
      const schedules = page.rows.map((schedule) => toScheduleJson(schedule, now));
      return { schedules, total: page.total, next_cursor: page.nextCursor };
    })
    .post("/schedules", async ({ request, set }) => {
      const body = checked(NewSchedule, await readJson(request));
      const now = clock.now();
      const schedule = await inOrganisation((tx) => createSchedule(tx, orgId, body, now));
      set.status = 201;
      return toScheduleJson(schedule, now);
    })
    .get("/schedules/:id", ({ params }) =>
      inOrganisation(async (tx) => toScheduleJson(await getScheduleView(tx, params.id), clock.now())),
    )
    .patch("/schedules/:id", async ({ params, request }) => {
      const body = checked(SchedulePatch, await readJson(request));
      const now = clock.now();
      return toScheduleJson(await inOrganisation((tx) => changeSchedule(tx, params.id, body, now)), now);
    })
    .delete("/schedules/:id", async ({ params, set }) => {
      await inOrganisation((tx) => removeSchedule(tx, params.id));
      set.status = 204;
    })
    .post("/schedules/:id/run-now", async ({ params, set }) => {
      const run = await inOrganisation(async (tx) => {
        const { id } = await runNow(tx, orgId, params.id, clock.now());
        return toRunJson(await getRunView(tx, id));
      });
      set.status = 201;
      return run;
    });

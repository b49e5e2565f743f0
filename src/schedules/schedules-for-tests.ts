import { FIRST_ORGANISATION } from "../accounts/organisation.ts";
import type { Sql } from "../db/client.ts";
import type { NewTemplate } from "../templates/request.ts";
import { createTemplate } from "../templates/templates.ts";
import { inOrganisation } from "../testing/engine.ts";
import type { NewSchedule } from "./request.ts";
import * as rows from "./rows-for-tests-queries.ts";
import { createSchedule, getScheduleView } from "./schedules.ts";

let count = 0;

export async function newTemplate(sql: Sql, more: Partial<NewTemplate> = {}): Promise<string> {
  count += 1;
  const request = { name: `Template ${count}`, category_ids: ["automotive"], ...more };
  return (await inOrganisation(sql, (tx) => createTemplate(tx, FIRST_ORGANISATION, request))).id;
}

/** A schedule of a template of its own, made at that moment. */
export async function newSchedule(sql: Sql, now: Date, more: Partial<NewSchedule>): Promise<string> {
  count += 1;
  const template_id = more.template_id ?? (await newTemplate(sql));
  const timing = more.helper ? {} : { cron: "0 9 * * *" };
  const request = { name: `Schedule ${count}`, template_id, time_zone: "UTC", ...timing, ...more };
  return (await inOrganisation(sql, (tx) => createSchedule(tx, FIRST_ORGANISATION, request, now))).id;
}

export const viewOf = (sql: Sql, id: string) => inOrganisation(sql, (tx) => getScheduleView(tx, id));

/** Oldest first: when each tick was due, and what became of it. */
export async function ticksOf(sql: Sql, id: string): Promise<[dueAt: string, outcome: string][]> {
  const ticks = await inOrganisation(sql, (tx) => rows.listTicks(tx, id));
  return ticks.map(({ dueAt, outcome }) => [dueAt.toISOString().slice(0, 16), outcome]);
}

export const runsOf = (sql: Sql, scheduleId: string) => inOrganisation(sql, (tx) => rows.listRuns(tx, scheduleId));

/** All runs are over. */
export const endRuns = (sql: Sql) => inOrganisation(sql, rows.endRuns);

export const deleteSchedules = (sql: Sql) => inOrganisation(sql, rows.deleteSchedules);

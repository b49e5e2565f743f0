import { type Static, Type } from "@sinclair/typebox";
import { Name } from "../names.ts";
import { listQuery } from "../paging.ts";
import { Helper } from "./helper.ts";

const oneOf = <Value extends string>(...values: Value[]) => Type.Union(values.map((value) => Type.Literal(value)));

const fields = {
  name: Name,
  template_id: Type.String({ maxLength: 255 }),
  time_zone: Type.String({ maxLength: 100, description: "the IANA name of a time zone, such as America/New_York" }),
};

const options = {
  cron: Type.Optional(Type.String({ maxLength: 500 })),
  helper: Type.Optional(Helper),
  enabled: Type.Optional(Type.Boolean()),
  when_active: Type.Optional(oneOf("skip", "queue")),
  when_missed: Type.Optional(oneOf("skip", "run_once")),
  /** The cap of each run; without it the template's, else the settings'. */
  budget_cap_cents: Type.Optional(Type.Union([Type.Integer({ minimum: 0, maximum: 10_000_000 }), Type.Null()])),
};

export const NewSchedule = Type.Object({ ...fields, ...options }, { additionalProperties: false });
export type NewSchedule = Static<typeof NewSchedule>;

/** What is left out stays as it is. */
export const SchedulePatch = Type.Object(
  { ...Type.Partial(Type.Object(fields)).properties, ...options },
  { additionalProperties: false },
);
export type SchedulePatch = Static<typeof SchedulePatch>;

export const ScheduleQuery = listQuery({});

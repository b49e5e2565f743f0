import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { Name } from "../names.ts";
import { listQuery } from "../paging.ts";

const orNull = <Schema extends TSchema>(schema: Schema) => Type.Optional(Type.Union([schema, Type.Null()]));
const whole = (minimum: number, maximum: number) => orNull(Type.Integer({ minimum, maximum }));
const ids = () => orNull(Type.Array(Type.String({ maxLength: 255 }), { maxItems: 1000 }));

const fields = {
  description: orNull(Type.String({ maxLength: 2000 })),
  department_ids: ids(),
  category_ids: ids(),
  preset_id: orNull(Type.String({ maxLength: 255 })),
  concurrency: whole(1, 50),
  best_seller_pages: whole(1, 2),
  pages_per_product: whole(1, 10),
  markup_percent_min: whole(0, 1000),
  markup_percent_max: whole(0, 1000),
  budget_cap_cents: whole(0, 10_000_000),
  include_loose_matches: orNull(Type.Boolean()),
  stop_at_cap: orNull(Type.Boolean()),
  is_default: Type.Optional(Type.Boolean()),
};

/** What is left out, or null, comes from the settings when a run is made. */
export const NewTemplate = Type.Object({ name: Name, ...fields }, { additionalProperties: false });
export type NewTemplate = Static<typeof NewTemplate>;

/** What is left out stays as it is. A selection that is named takes the place of the old one, whatever its kind. */
export const TemplatePatch = Type.Object({ name: Type.Optional(Name), ...fields }, { additionalProperties: false });
export type TemplatePatch = Static<typeof TemplatePatch>;

export const TemplateQuery = listQuery({});

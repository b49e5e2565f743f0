import { type Static, Type } from "@sinclair/typebox";
import { listQuery } from "../paging.ts";
import { RUN_STATUSES } from "./status.ts";

const oneOf = <Value extends string>(values: readonly Value[]) =>
  Type.Union(values.map((value) => Type.Literal(value)));

export const RunQuery = listQuery({ status: Type.Optional(oneOf(RUN_STATUSES)) });

export const ItemQuery = listQuery({
  status: Type.Optional(oneOf(["pending", "processing", "completed", "failed", "skipped"])),
  kind: Type.Optional(oneOf(["best_sellers", "seller_search"])),
});

export const PageQuery = listQuery({});

/** A product of one's own: what the estimate counts and a run searches. */
const OwnProduct = Type.Object(
  {
    asin: Type.String({ minLength: 1, maxLength: 64 }),
    title: Type.String({ minLength: 1, maxLength: 500 }),
    price: Type.Union([Type.Number({ exclusiveMinimum: 0, maximum: 1_000_000 }), Type.Null()]),
    currency: Type.Optional(Type.String({ minLength: 3, maxLength: 3 })),
    category: Type.Optional(Type.String({ maxLength: 255 })),
  },
  { additionalProperties: false },
);

const whole = (minimum: number, maximum: number) => Type.Optional(Type.Integer({ minimum, maximum }));

/** What a run is asked to do; what is left out comes from the settings. */
export const RunRequest = Type.Object(
  {
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
    category_ids: Type.Optional(Type.Array(Type.String({ maxLength: 255 }), { maxItems: 1000 })),
    preset_id: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    template_id: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    products: Type.Optional(Type.Array(OwnProduct, { maxItems: 100_000 })),
    workers: whole(1, 50),
    best_seller_pages: whole(1, 2),
    pages_per_product: whole(1, 10),
    markup_percent_min: whole(0, 1000),
    markup_percent_max: whole(0, 1000),
    budget_cap_cents: whole(0, 10_000_000),
    stop_at_cap: Type.Optional(Type.Boolean()),
    include_loose_matches: Type.Optional(Type.Boolean()),
    start: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
export type RunRequest = Static<typeof RunRequest>;

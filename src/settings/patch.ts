import { type Static, Type } from "@sinclair/typebox";

const whole = (minimum: number, maximum: number) => Type.Optional(Type.Integer({ minimum, maximum }));
const orNull = (minimum: number, maximum: number) =>
  Type.Optional(Type.Union([Type.Integer({ minimum, maximum }), Type.Null()]));

/** At most a dollar per call: a price in the wrong unit is refused, not spent. */
const callPrice = () => orNull(0, 1_000_000);

/** What may be changed, and between which bounds. All fields may be left out; `null` takes a limit or a price away. */
export const SettingsPatch = Type.Object(
  {
    budget_cap_cents: whole(0, 10_000_000),
    monthly_cap_cents: orNull(0, 100_000_000),
    soft_warning_percent: whole(1, 100),
    max_concurrent_runs: whole(1, 50),
    default_workers: whole(1, 50),
    pages_per_product: whole(1, 10),
    markup_percent_min: whole(0, 1000),
    markup_percent_max: whole(0, 1000),
    raw_retention_days: whole(1, 365),
    raw_retention_mb: whole(64, 1_048_576),
    query_cache_hours: whole(0, 720),
    best_seller_pages: whole(1, 2),
    provider_requests_per_second: orNull(1, 1000),
    provider_concurrency: orNull(1, 1000),
    resume_in_new_month: Type.Optional(Type.Boolean()),
    provider: Type.Optional(Type.Literal("oxylabs")),
    call_price_micros: Type.Optional(
      Type.Object({ best_sellers: callPrice(), seller_search: callPrice() }, { additionalProperties: false }),
    ),
  },
  { additionalProperties: false },
);
export type SettingsPatch = Static<typeof SettingsPatch>;

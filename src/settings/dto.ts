import type { SettingsChange } from "./queries.ts";
import type { Settings } from "./settings.ts";

/** The settings as JSON names them. `call_price_micros` are the prices in force, published or set. */
export function toSettingsJson(settings: Settings) {
  return {
    budget_cap_cents: settings.budgetCapCents,
    monthly_cap_cents: settings.monthlyCapCents,
    soft_warning_percent: settings.softWarningPercent,
    max_concurrent_runs: settings.maxConcurrentRuns,
    default_workers: settings.defaultWorkers,
    pages_per_product: settings.pagesPerProduct,
    markup_percent_min: settings.markupPercentMin,
    markup_percent_max: settings.markupPercentMax,
    raw_retention_days: settings.rawRetentionDays,
    raw_retention_mb: settings.rawRetentionMb,
    query_cache_hours: settings.queryCacheHours,
    best_seller_pages: settings.bestSellerPages,
    provider: settings.provider,
    provider_requests_per_second: settings.providerRequestsPerSecond,
    provider_concurrency: settings.providerConcurrency,
    resume_in_new_month: settings.resumeInNewMonth,
    call_price_micros: {
      best_sellers: settings.callPriceMicros.bestSellers,
      seller_search: settings.callPriceMicros.sellerSearch,
    },
    updated_at: settings.updatedAt.toISOString(),
  };
}

/** Who changed what when: of each value only the fields that changed. A price of `null` is the published one. */
export function toChangeJson({ id, changedAt, userName, oldValue, newValue }: SettingsChange) {
  return { id, changed_at: changedAt.toISOString(), user_name: userName, old_value: oldValue, new_value: newValue };
}

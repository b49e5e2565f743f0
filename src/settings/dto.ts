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
    call_price_micros: {
      best_sellers: settings.callPriceMicros.bestSellers,
      seller_search: settings.callPriceMicros.sellerSearch,
    },
    updated_at: settings.updatedAt.toISOString(),
  };
}

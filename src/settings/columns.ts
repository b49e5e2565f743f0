import type { SettingsPatch } from "./patch.ts";
import type { settings } from "./schema.ts";

export type SettingsRow = typeof settings.$inferSelect;

/** Column names with their values; the two prices lie flat, `null` where the published one holds. */
export type SettingsColumns = Omit<SettingsPatch, "call_price_micros"> & {
  best_sellers_price_micros?: number | null;
  seller_search_price_micros?: number | null;
};

export function columnsOf({ call_price_micros: prices = {}, ...patch }: SettingsPatch): SettingsColumns {
  return {
    ...patch,
    ...(prices.best_sellers !== undefined && { best_sellers_price_micros: prices.best_sellers }),
    ...(prices.seller_search !== undefined && { seller_search_price_micros: prices.seller_search }),
  };
}

/** Of the asked columns those that differ from the row: with their values in it, and with the asked ones. */
export function differences(
  row: SettingsRow,
  asked: SettingsColumns,
): { was: SettingsColumns; becomes: SettingsColumns } {
  const before = columnsOfRow(row);
  const names = (Object.keys(asked) as (keyof SettingsColumns)[]).filter((name) => asked[name] !== before[name]);
  return { was: pick(before, names), becomes: pick(asked, names) };
}

/** The columns as JSON names them. */
export function toPatchJson(columns: SettingsColumns): SettingsPatch {
  const { best_sellers_price_micros: bestSellers, seller_search_price_micros: sellerSearch, ...rest } = columns;
  const prices = {
    ...(bestSellers !== undefined && { best_sellers: bestSellers }),
    ...(sellerSearch !== undefined && { seller_search: sellerSearch }),
  };
  return { ...rest, ...(Object.keys(prices).length > 0 && { call_price_micros: prices }) };
}

function pick(columns: SettingsColumns, names: (keyof SettingsColumns)[]): SettingsColumns {
  return Object.fromEntries(names.map((name) => [name, columns[name]]));
}

function columnsOfRow(row: SettingsRow): Required<SettingsColumns> {
  return {
    budget_cap_cents: row.budgetCapCents,
    monthly_cap_cents: row.monthlyCapCents,
    soft_warning_percent: row.softWarningPercent,
    max_concurrent_runs: row.maxConcurrentRuns,
    default_workers: row.defaultWorkers,
    pages_per_product: row.pagesPerProduct,
    markup_percent_min: row.markupPercentMin,
    markup_percent_max: row.markupPercentMax,
    raw_retention_days: row.rawRetentionDays,
    raw_retention_mb: row.rawRetentionMb,
    query_cache_hours: row.queryCacheHours,
    best_seller_pages: row.bestSellerPages,
    provider: row.provider,
    provider_requests_per_second: row.providerRequestsPerSecond,
    provider_concurrency: row.providerConcurrency,
    resume_in_new_month: row.resumeInNewMonth,
    best_sellers_price_micros: row.bestSellersPriceMicros,
    seller_search_price_micros: row.sellerSearchPriceMicros,
  };
}

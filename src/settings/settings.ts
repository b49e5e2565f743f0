import type { Tx } from "../db/client.ts";
import { ValidationError } from "../errors.ts";
import { DEFAULT_CALL_PRICE_MICROS } from "../providers/oxylabs/prices.ts";
import { checked } from "../violations.ts";
import { SettingsPatch } from "./patch.ts";
import { readSettings, type SettingsColumns, writeSettings } from "./queries.ts";
import type { settings } from "./schema.ts";

type SettingsRow = typeof settings.$inferSelect;

/** Micro-dollars per paid call. */
export interface CallPrices {
  bestSellers: number;
  sellerSearch: number;
}

/** The organisation's settings; `callPriceMicros` is what a call costs now: the set price, else the published one. */
export interface Settings extends SettingsRow {
  callPriceMicros: CallPrices;
}

export async function getSettings(tx: Tx): Promise<Settings> {
  return withPrices(await readSettings(tx));
}

/**
 * Changes what the patch names and nothing else.
 * @throws ValidationError naming each field that is out of bounds or unknown.
 */
export async function patchSettings(tx: Tx, body: unknown): Promise<Settings> {
  const { call_price_micros: prices = {}, ...patch } = checked(SettingsPatch, body);
  const columns: SettingsColumns = { ...patch };
  if (prices.best_sellers !== undefined) columns.best_sellers_price_micros = prices.best_sellers;
  if (prices.seller_search !== undefined) columns.seller_search_price_micros = prices.seller_search;

  const before = await readSettings(tx, "for update");
  refuseEmptyBand(
    patch.markup_percent_min ?? before.markupPercentMin,
    patch.markup_percent_max ?? before.markupPercentMax,
  );
  if (Object.keys(columns).length === 0) return withPrices(before);
  return withPrices(await writeSettings(tx, columns));
}

function refuseEmptyBand(min: number, max: number): void {
  if (min <= max) return;
  throw new ValidationError([
    { path: "markup_percent_min", message: `must be at most markup_percent_max (${max}), but is ${min}` },
  ]);
}

function withPrices(row: SettingsRow): Settings {
  return {
    ...row,
    callPriceMicros: {
      bestSellers: row.bestSellersPriceMicros ?? DEFAULT_CALL_PRICE_MICROS.best_sellers,
      sellerSearch: row.sellerSearchPriceMicros ?? DEFAULT_CALL_PRICE_MICROS.seller_search,
    },
  };
}

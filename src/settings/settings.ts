import type { Tx } from "../db/client.ts";
import { ValidationError } from "../errors.ts";
import { DEFAULT_CALL_PRICE_MICROS } from "../providers/oxylabs/prices.ts";
import { checked } from "../violations.ts";
import { columnsOf, differences, type SettingsRow, toPatchJson } from "./columns.ts";
import { SettingsPatch } from "./patch.ts";
import { insertChange, readSettings, writeSettings } from "./queries.ts";

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
 * Changes what the patch names and nothing else, and records who did it. Values that hold already are no change.
 * @throws ValidationError naming each field that is out of bounds or unknown.
 */
export async function patchSettings(tx: Tx, body: unknown, userName: string | null = null): Promise<Settings> {
  const patch = checked(SettingsPatch, body);
  const before = await readSettings(tx, "for update");
  refuseEmptyBand(
    patch.markup_percent_min ?? before.markupPercentMin,
    patch.markup_percent_max ?? before.markupPercentMax,
  );
  const { was, becomes } = differences(before, columnsOf(patch));
  if (Object.keys(becomes).length === 0) return withPrices(before);

  const after = await writeSettings(tx, becomes);
  await insertChange(tx, before.orgId, { userName, oldValue: toPatchJson(was), newValue: toPatchJson(becomes) });
  return withPrices(after);
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

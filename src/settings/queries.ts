import type { Tx } from "../db/client.ts";
import type { SettingsPatch } from "./patch.ts";
import type { settings } from "./schema.ts";

type SettingsRow = typeof settings.$inferSelect;

/** Column names with their new values. */
export type SettingsColumns = Omit<SettingsPatch, "call_price_micros"> & {
  best_sellers_price_micros?: number | null;
  seller_search_price_micros?: number | null;
};

/** The organisation's one row: it is made together with the organisation. */
export async function readSettings(tx: Tx, lock: "none" | "for update" = "none"): Promise<SettingsRow> {
  const [row] = await tx<SettingsRow[]>`select * from settings ${lock === "none" ? tx`` : tx`for update`}`;
  if (!row) throw new Error("the organisation has no settings row: is app.org_id set in this transaction?");
  return row;
}

export async function writeSettings(tx: Tx, columns: SettingsColumns): Promise<SettingsRow> {
  const [row] = await tx<SettingsRow[]>`update settings set ${tx(columns)}, updated_at = now() returning *`;
  if (!row) throw new Error("the organisation has no settings row: is app.org_id set in this transaction?");
  return row;
}

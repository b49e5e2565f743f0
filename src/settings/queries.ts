import type { Tx } from "../db/client.ts";
import type { SettingsColumns, SettingsRow } from "./columns.ts";
import type { SettingsPatch } from "./patch.ts";
import type { settingsChanges } from "./schema.ts";

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

export type SettingsChange = Omit<typeof settingsChanges.$inferSelect, "orgId" | "oldValue" | "newValue"> & {
  oldValue: SettingsPatch;
  newValue: SettingsPatch;
};

export async function insertChange(
  tx: Tx,
  orgId: string,
  { userName, oldValue, newValue }: Pick<SettingsChange, "userName" | "oldValue" | "newValue">,
): Promise<void> {
  await tx`
    insert into settings_changes (org_id, user_name, old_value, new_value)
    values (${orgId}, ${userName}, ${JSON.stringify(oldValue)}::text::jsonb, ${JSON.stringify(newValue)}::text::jsonb)`;
}

/** Newest first. */
export function listChanges(tx: Tx, after: [id: number] | undefined, limit: number): Promise<SettingsChange[]> {
  return tx<SettingsChange[]>`
    select id, changed_at, user_name, old_value, new_value from settings_changes
    ${after ? tx`where id < ${after[0]}` : tx``}
    order by id desc nulls last limit ${limit}`;
}

export async function countChanges(tx: Tx): Promise<number> {
  const [row] = await tx<{ n: number }[]>`select count(*)::int as n from settings_changes`;
  return row?.n ?? 0;
}

import { array } from "../db/array.ts";
import type { Tx } from "../db/client.ts";
import { newId, type OrganisationId } from "../ids.ts";
import type { presets } from "./schema.ts";

export type PresetRow = typeof presets.$inferSelect;

/** The sort key of a preset: its name in lower case, as the database has it, and its id. */
export type PresetKey = [nameKey: string, id: string];

export function listPresets(
  tx: Tx,
  after: PresetKey | undefined,
  limit: number,
): Promise<(PresetRow & { nameKey: string })[]> {
  const start = after ? tx`where (lower(name), id) > (${after[0]}, ${after[1]}::uuid)` : tx``;
  return tx<(PresetRow & { nameKey: string })[]>`
    select *, lower(name) as name_key from presets ${start} order by lower(name), id limit ${limit}`;
}

export async function countPresets(tx: Tx): Promise<number> {
  const [row] = await tx<{ n: number }[]>`select count(*)::int as n from presets`;
  return row?.n ?? 0;
}

/** @param lock `for share` keeps it from being deleted, `for update` also from being used, until the transaction ends */
export async function findPreset(
  tx: Tx,
  id: string,
  lock: "none" | "for share" | "for update" = "none",
): Promise<PresetRow | undefined> {
  const locking = { none: tx``, "for share": tx`for share`, "for update": tx`for update` }[lock];
  const [row] = await tx<PresetRow[]>`select * from presets where id = ${id} ${locking}`;
  return row;
}

export async function findPresetNamed(tx: Tx, name: string): Promise<PresetRow | undefined> {
  const [row] = await tx<PresetRow[]>`select * from presets where lower(name) = lower(${name})`;
  return row;
}

/** All names, in their order. */
export async function listPresetNames(tx: Tx): Promise<string[]> {
  const rows = await tx<{ name: string }[]>`select name from presets order by lower(name)`;
  return rows.map((row) => row.name);
}

export async function insertPreset(
  tx: Tx,
  orgId: OrganisationId,
  { name, categoryIds, createdBy }: { name: string; categoryIds: string[]; createdBy: string | null },
): Promise<PresetRow> {
  const [row] = await tx<PresetRow[]>`
    insert into presets (id, org_id, name, category_ids, created_by)
    values (${newId()}, ${orgId}, ${name}, ${array(categoryIds)}::text[], ${createdBy}) returning *`;
  if (!row) throw new Error("the preset that was just written is not there");
  return row;
}

export async function updatePreset(
  tx: Tx,
  id: string,
  { name, categoryIds }: { name: string; categoryIds: string[] },
): Promise<PresetRow | undefined> {
  const [row] = await tx<PresetRow[]>`
    update presets set name = ${name}, category_ids = ${array(categoryIds)}::text[], updated_at = now()
    where id = ${id} returning *`;
  return row;
}

export async function deletePreset(tx: Tx, id: string): Promise<void> {
  await tx`delete from presets where id = ${id}`;
}

/** The names of the templates that collect what the preset selects. */
export async function templatesUsing(tx: Tx, id: string): Promise<string[]> {
  const rows = await tx<{ name: string }[]>`select name from templates where preset_id = ${id} order by lower(name)`;
  return rows.map(({ name }) => name);
}

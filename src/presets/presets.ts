import type { Static } from "@sinclair/typebox";
import { getCategories } from "../catalog/catalog.ts";
import type { Tx } from "../db/client.ts";
import { ConflictError, InvalidError, NotFoundError } from "../errors.ts";
import { isId, type OrganisationId } from "../ids.ts";
import { keptName, nameTaken, unlessNameTaken } from "../names.ts";
import { builtInPresets, findBuiltIn, isBuiltIn, isBuiltInName } from "./built-in.ts";
import type { Preset } from "./preset.ts";
import {
  deletePreset,
  findPreset,
  findPresetNamed,
  insertPreset,
  listPresetNames,
  type PresetRow,
  templatesUsing,
  updatePreset,
} from "./queries.ts";
import type { NewPreset, PresetPatch } from "./request.ts";

/**
 * What the preset selects now. It cannot be deleted before the transaction ends.
 * @param id of a stored preset, or the key of a built-in one
 * @throws NotFoundError
 */
export async function categoriesOfPreset(tx: Tx, id: string): Promise<string[]> {
  return [...(await getPreset(tx, id, "for share")).categoryIds];
}

/** @throws NotFoundError also for ids that are none, and for `top-10` as long as it is not on offer. */
export async function getPreset(
  tx: Tx,
  id: string,
  lock: "none" | "for share" | "for update" = "none",
): Promise<Preset> {
  if (isBuiltIn(id)) return offered(await findBuiltIn(tx, id));
  const row = isId(id) ? await findPreset(tx, id, lock) : undefined;
  if (!row) throw new NotFoundError("preset");
  return toPreset(row);
}

/** @throws InvalidError naming those that are there */
export async function getPresetNamed(tx: Tx, name: string): Promise<Preset> {
  const builtIn = await builtInPresets(tx);
  const wanted = name.trim().toLowerCase();
  const known = builtIn.find((preset) => preset.name.toLowerCase() === wanted || preset.id === wanted);
  if (known) return known;
  const row = await findPresetNamed(tx, name.trim());
  if (row) return toPreset(row);
  const names = [...builtIn.map((preset) => preset.name), ...(await listPresetNames(tx))];
  throw new InvalidError(
    "unknown_preset",
    `There is no preset ${JSON.stringify(name)}. There are: ${names.join(", ")}.`,
  );
}

/** @throws ConflictError when the name is taken; InvalidError for an empty selection or unknown categories */
export async function createPreset(
  tx: Tx,
  orgId: OrganisationId,
  request: Static<typeof NewPreset>,
  createdBy: string | null = null,
): Promise<Preset> {
  const name = freeName(request.name);
  const categoryIds = selection(request.category_ids);
  return toPreset(await unlessNameTaken("preset", name, insertPreset(tx, orgId, { name, categoryIds, createdBy })));
}

/** @throws as createPreset; NotFoundError; InvalidError for a built-in preset */
export async function changePreset(tx: Tx, id: string, patch: Static<typeof PresetPatch>): Promise<Preset> {
  refuseBuiltIn(id);
  const before = await getPreset(tx, id, "for update");
  const name = patch.name === undefined ? before.name : freeName(patch.name);
  const categoryIds = patch.category_ids === undefined ? [...before.categoryIds] : selection(patch.category_ids);
  const row = await unlessNameTaken("preset", name, updatePreset(tx, id, { name, categoryIds }));
  if (!row) throw new NotFoundError("preset");
  return toPreset(row);
}

/** @throws ConflictError naming the templates that use it; NotFoundError; InvalidError for a built-in preset */
export async function removePreset(tx: Tx, id: string): Promise<void> {
  refuseBuiltIn(id);
  const { name } = await getPreset(tx, id, "for update");
  const templates = await templatesUsing(tx, id);
  if (templates.length > 0) {
    const names = templates.map((template) => JSON.stringify(template)).join(", ");
    const detail = `The preset ${JSON.stringify(name)} is used by templates: ${names}. Change or delete them first.`;
    throw new ConflictError("preset_in_use", detail, { templates });
  }
  await deletePreset(tx, id);
}

export function toPreset({ id, name, categoryIds, createdBy, createdAt, updatedAt }: PresetRow): Preset {
  return { id, name, categoryIds, isBuiltIn: false, createdBy, createdAt, updatedAt };
}

function offered(preset: Preset | undefined): Preset {
  if (preset) return preset;
  throw new NotFoundError("preset", "This preset is on offer once a run has found a new seller.");
}

function freeName(given: string): string {
  const name = keptName(given);
  if (isBuiltInName(name)) throw nameTaken("built-in preset", name);
  return name;
}

function selection(given: string[]): string[] {
  if (given.length === 0) throw new InvalidError("empty_selection", "No category is selected: name at least one.");
  return getCategories(given).map(({ id }) => id);
}

function refuseBuiltIn(id: string): void {
  if (!isBuiltIn(id)) return;
  throw new InvalidError("built_in", "A built-in preset cannot be changed or deleted: make one of your own.");
}

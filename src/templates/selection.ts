import { type Category, type Department, departments, findCategory, getCategories } from "../catalog/catalog.ts";
import type { Tx } from "../db/client.ts";
import { InvalidError, NotFoundError } from "../errors.ts";
import { categoriesOfPreset } from "../presets/presets.ts";
import type { TemplatePatch } from "./request.ts";

/** What a template collects: exactly one of the three. */
export interface Selection {
  departmentIds: string[] | null;
  categoryIds: string[] | null;
  presetId: string | null;
}

export const namesSelection = (request: TemplatePatch): boolean =>
  [request.department_ids, request.category_ids, request.preset_id].some((one) => one !== undefined);

/**
 * The selection that a request names, each id once. A preset that is named stays there until the transaction ends.
 * @throws InvalidError when it is none, several, empty or names something unknown
 */
export async function readSelection(tx: Tx, request: TemplatePatch): Promise<Selection> {
  const {
    department_ids: departmentIds = null,
    category_ids: categoryIds = null,
    preset_id: presetId = null,
  } = request;
  if ([departmentIds, categoryIds, presetId].filter((one) => one !== null).length !== 1) {
    throw new InvalidError("one_selection", "Give exactly one of department_ids, category_ids and preset_id.");
  }
  const selection = { departmentIds: unique(departmentIds), categoryIds: unique(categoryIds), presetId };
  await categoriesOf(tx, selection);
  return selection;
}

/**
 * The categories that the selection stands for now.
 * @throws InvalidError when it is empty or names something unknown
 */
export async function categoriesOf(tx: Tx, { departmentIds, categoryIds, presetId }: Selection): Promise<Category[]> {
  if (presetId !== null) return getCategories(await ofPreset(tx, presetId));
  if (departmentIds?.length === 0) throw new InvalidError("empty_selection", "No department is selected.");
  if (categoryIds?.length === 0) throw new InvalidError("empty_selection", "No category is selected.");
  return departmentIds ? ofDepartments(departmentIds) : getCategories(categoryIds ?? []);
}

async function ofPreset(tx: Tx, id: string): Promise<string[]> {
  try {
    return await categoriesOfPreset(tx, id);
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    throw new InvalidError("unknown_preset", `There is no preset ${JSON.stringify(id)}. ${error.detail}`);
  }
}

function ofDepartments(ids: string[]): Category[] {
  const unknown = ids.filter((id) => !departments.some((department) => department.id === id));
  if (unknown.length > 0) {
    const named = unknown.map((id) => JSON.stringify(id.slice(0, 80))).join(", ");
    throw new InvalidError("unknown_department", `The catalogue has no department ${named}.`);
  }
  return departments.filter(({ id }) => ids.includes(id)).flatMap(listsOf);
}

/** A department's own list repeats the best of its categories: it counts only where there are none. */
function listsOf({ id, categories }: Department): Category[] {
  const own = findCategory(id);
  return categories.length > 0 || !own ? [...categories] : [own];
}

const unique = (ids: string[] | null): string[] | null => ids && [...new Set(ids)];

import { InvalidError } from "../errors.ts";
import type { CategoryNode } from "../providers/provider.ts";
import { readCatalogFile } from "./catalog-file.ts";
import { closest } from "./closest.ts";

/** A best-sellers list that can be collected: a category, or a department's own list. */
export interface Category extends CategoryNode {
  /** `electronics--headphones`; for a department's own list the department's id, `electronics`. */
  id: string;
  name: string;
  departmentId: string;
  departmentName: string;
}

export interface Department {
  id: string;
  name: string;
  /** Browse node of the department's own list; null where no source names one. */
  nodeId: string | null;
  categories: readonly Category[];
}

export const departments: readonly Department[] = readCatalogFile().departments.map(
  ({ id, name, node_id, categories }) => ({
    id,
    name,
    nodeId: node_id,
    categories: categories.map((category) => ({
      id: category.id,
      name: category.name,
      nodeId: category.node_id,
      marketplace: category.marketplace,
      departmentId: id,
      departmentName: name,
    })),
  }),
);

/** Every list that can be collected: all categories, and each department that has a node of its own. */
export const collectable: readonly Category[] = departments.flatMap((department) => [
  ...ownList(department),
  ...department.categories,
]);

/**
 * What "All" stands for. A department's own list repeats the best of its categories, so it is left out unless the
 * department has no categories.
 */
export const ALL: readonly Category[] = departments.flatMap((department) =>
  department.categories.length > 0 ? department.categories : ownList(department),
);

/** The built-in preset. */
export const ALL_PRESET = { id: "all", name: "All", categoryIds: ALL.map(({ id }) => id) } as const;

/** 400: ids that the catalogue does not have; the sentence names each, with what was probably meant. */
export class UnknownCategoryError extends InvalidError {
  readonly unknown: readonly { id: string; suggestions: readonly string[] }[];

  constructor(ids: readonly string[]) {
    const unknown = ids.map((id) => ({ id, suggestions: closest(id, collectable) }));
    super("unknown_category", unknown.map(sentence).join(" "));
    this.unknown = unknown;
  }
}

const byId = new Map(collectable.map((category) => [category.id, category]));

export function findCategory(id: string): Category | undefined {
  return byId.get(id);
}

/**
 * The categories in the order given, each once.
 * @throws UnknownCategoryError naming every id that is unknown.
 */
export function getCategories(ids: readonly string[]): Category[] {
  const wanted = [...new Set(ids)];
  const found = wanted.map(findCategory).filter((category) => category !== undefined);
  if (found.length < wanted.length) throw new UnknownCategoryError(wanted.filter((id) => !byId.has(id)));
  return found;
}

function ownList({ id, name, nodeId }: Omit<Department, "categories">): Category[] {
  return nodeId === null ? [] : [{ id, name, nodeId, marketplace: "US", departmentId: id, departmentName: name }];
}

function sentence({ id, suggestions }: { id: string; suggestions: readonly string[] }): string {
  // Ids come from outside, and the sentence goes to logs and terminals.
  const shown = JSON.stringify(id.length > 80 ? `${id.slice(0, 80)}…` : id);
  const hint = suggestions.length > 0 ? ` Did you mean ${suggestions.join(", ")}?` : "";
  return `There is no category ${shown}.${hint}`;
}

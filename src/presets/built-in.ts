import { ALL_PRESET } from "../catalog/catalog.ts";
import { bestYieldingCategories } from "../catalog/yields.ts";
import type { Tx } from "../db/client.ts";
import { sameName } from "../names.ts";
import type { Preset } from "./preset.ts";

const TOP_10 = { id: "top-10", name: "Top 10" } as const;
const BUILT_IN = [ALL_PRESET, TOP_10];

export const isBuiltIn = (id: string): boolean => BUILT_IN.some((one) => one.id === id);

export const isBuiltInName = (name: string): boolean => BUILT_IN.some((one) => sameName(one.name, name));

/** Those on offer: what yields best is known only once a run has found a seller. */
export async function builtInPresets(tx: Tx): Promise<Preset[]> {
  const presets = await Promise.all([ALL_PRESET, TOP_10].map(({ id }) => findBuiltIn(tx, id)));
  return presets.filter((preset) => preset !== undefined);
}

export async function findBuiltIn(tx: Tx, id: string): Promise<Preset | undefined> {
  if (id === ALL_PRESET.id) return builtIn(ALL_PRESET, ALL_PRESET.categoryIds);
  const best = await bestYieldingCategories(tx, 10);
  return best.length > 0 ? builtIn(TOP_10, best) : undefined;
}

function builtIn({ id, name }: { id: string; name: string }, categoryIds: readonly string[]): Preset {
  return { id, name, categoryIds, isBuiltIn: true, createdBy: null, createdAt: null, updatedAt: null };
}

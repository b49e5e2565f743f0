import type { Tx } from "../db/client.ts";
import { findCategory } from "./catalog.ts";
import { type CategoryYield, listYields } from "./queries.ts";

/** The categories that yielded most new sellers per dollar, best first; those that yielded none are left out. */
export async function bestYieldingCategories(tx: Tx, count: number): Promise<string[]> {
  const yields = await listYields(tx);
  return yields
    .filter(({ categoryId, sellersNew }) => sellersNew > 0 && findCategory(categoryId))
    .sort((a, b) => sellersPerMicro(b) - sellersPerMicro(a) || (a.categoryId < b.categoryId ? -1 : 1))
    .slice(0, count)
    .map(({ categoryId }) => categoryId);
}

/** What cost nothing (its answers came from the cache) counts as if it had cost the least there is. */
const sellersPerMicro = ({ sellersNew, costMicros }: CategoryYield) => sellersNew / Math.max(costMicros, 1);

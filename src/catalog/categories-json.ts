import { MICROS_PER_DOLLAR } from "../money.ts";
import { departments } from "./catalog.ts";
import type { CategoryYield } from "./queries.ts";

/** The recorded answer of the provider for one category. */
export interface RecordedVerification {
  categoryId: string;
  nodeId: string;
  verdict: string;
}

export interface CategoriesJson {
  departments: {
    id: string;
    name: string;
    node_id: string | null;
    verified: boolean;
    categories: {
      id: string;
      name: string;
      node_id: string;
      marketplace: "US";
      verified: boolean;
      /** Null before any run has read the category. */
      yield: YieldJson | null;
    }[];
  }[];
}

interface YieldJson {
  runs: number;
  products: number;
  sellers_new: number;
  cost_micros: number;
  new_sellers_per_dollar: number | null;
}

/** The catalogue as `GET /api/amazon/categories` answers it. A verification of another node than today's counts for nothing. */
export function toCategoriesJson(
  verifications: readonly RecordedVerification[] = [],
  yields: readonly CategoryYield[] = [],
): CategoriesJson {
  const brought = new Map(yields.map((one) => [one.categoryId, toYieldJson(one)]));
  const confirmed = new Set(
    verifications
      .filter(({ verdict }) => verdict === "verified")
      .map(({ categoryId, nodeId }) => `${categoryId} ${nodeId}`),
  );
  const isVerified = (id: string, nodeId: string | null) => confirmed.has(`${id} ${nodeId}`);
  return {
    departments: departments.map(({ id, name, nodeId, categories }) => ({
      id,
      name,
      node_id: nodeId,
      verified: isVerified(id, nodeId),
      categories: categories.map((category) => ({
        id: category.id,
        name: category.name,
        node_id: category.nodeId,
        marketplace: category.marketplace,
        verified: isVerified(category.id, category.nodeId),
        yield: brought.get(category.id) ?? null,
      })),
    })),
  };
}

function toYieldJson({ runs, products, sellersNew, costMicros }: CategoryYield): YieldJson {
  const perDollar = costMicros > 0 ? Math.round((sellersNew * MICROS_PER_DOLLAR * 100) / costMicros) / 100 : null;
  return { runs, products, sellers_new: sellersNew, cost_micros: costMicros, new_sellers_per_dollar: perDollar };
}

import { departments } from "./catalog.ts";

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
    categories: { id: string; name: string; node_id: string; marketplace: "US"; verified: boolean }[];
  }[];
}

/** The catalogue as `GET /api/amazon/categories` answers it. A verification of another node than today's counts for nothing. */
export function toCategoriesJson(verifications: readonly RecordedVerification[] = []): CategoriesJson {
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
      })),
    })),
  };
}

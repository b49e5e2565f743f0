import { array } from "../db/array.ts";
import type { Tx } from "../db/client.ts";
import { newId, type OrganisationId, type RunId } from "../ids.ts";
import type { ItemData, ItemKind, ItemStatus, Product } from "./items.ts";

export interface NewItem {
  kind: ItemKind;
  externalId: string;
  status: Extract<ItemStatus, "pending" | "skipped">;
  position: number;
  categoryId: string | null;
  /** Why it is skipped. */
  errorCode: string | null;
  errorMessage: string | null;
  data: ItemData;
}

/** Items that came into a run. */
export interface NewCounts {
  items: number;
  products: number;
  /** Of the items, those that are skipped from the start. */
  skippedAtOnce: number;
}

/** Adds items that the run does not have yet. One that another category brought first stays with that category. */
export async function insertItems(tx: Tx, orgId: OrganisationId, runId: RunId, items: NewItem[]): Promise<NewCounts> {
  if (items.length === 0) return { items: 0, products: 0, skippedAtOnce: 0 };
  const added = await tx<Pick<NewItem, "kind" | "status">[]>`
    insert into collection_items (id, org_id, run_id, kind, external_id, status, position, category_id, error_code,
      error_message, data, finished_at)
    select t.id, ${orgId}, ${runId}, t.kind, t.external_id, t.status, t.position, t.category_id, t.error_code,
      t.error_message, t.data::jsonb, case when t.status = 'skipped' then now() end
    from unnest(
      ${array(items.map(() => newId()))}::uuid[], ${array(items.map((i) => i.kind))}::text[],
      ${array(items.map((i) => i.externalId))}::text[], ${array(items.map((i) => i.status))}::text[],
      ${array(items.map((i) => i.position))}::int[], ${array(items.map((i) => i.categoryId))}::text[],
      ${array(items.map((i) => i.errorCode))}::text[], ${array(items.map((i) => i.errorMessage))}::text[],
      ${array(items.map((i) => JSON.stringify(i.data)))}::text[]
    ) as t(id, kind, external_id, status, position, category_id, error_code, error_message, data)
    on conflict (run_id, kind, external_id) do nothing
    returning kind, status`;
  return {
    items: added.length,
    products: added.filter((item) => item.kind === "seller_search").length,
    skippedAtOnce: added.filter((item) => item.status === "skipped").length,
  };
}

/** Counts items on the run that came in outside a commit. */
export async function countNewItems(tx: Tx, id: RunId, { items, products, skippedAtOnce }: NewCounts): Promise<void> {
  await tx`
    update runs set total_items = total_items + ${items}, products_total = products_total + ${products},
      skipped_items = skipped_items + ${skippedAtOnce}
    where id = ${id}`;
}

/** The products that the run was given, in their order. */
export async function listProducts(tx: Tx, runId: RunId): Promise<Product[]> {
  const rows = await tx<{ data: Product }[]>`
    select data from collection_items where run_id = ${runId} and kind = 'seller_search' order by position, id`;
  return rows.map((row) => row.data);
}

import { getCategories } from "../catalog/catalog.ts";
import { ATTEMPT_LIMIT } from "../collector/stages/outcome.ts";
import type { Tx } from "../db/client.ts";
import { InvalidError } from "../errors.ts";
import { centsToMicros } from "../money.ts";
import { getSettings } from "../settings/settings.ts";
import type { Estimate } from "./estimate.ts";
import { estimateFor } from "./estimate-history.ts";
import type { RunRequest } from "./list-request.ts";

/**
 * What the requested run would cost under the settings and going by earlier runs.
 * @throws InvalidError when the selection is empty, double or names an unknown category.
 */
export async function estimateRequest(tx: Tx, request: RunRequest): Promise<Estimate> {
  const selection = selectionOf(request);
  const settings = await getSettings(tx);
  return estimateFor(tx, {
    ...selection,
    callPriceMicros: settings.callPriceMicros,
    bestSellerPages: request.best_seller_pages ?? settings.bestSellerPages,
    pagesPerProduct: request.pages_per_product ?? settings.pagesPerProduct,
    budgetCapMicros: centsToMicros(request.budget_cap_cents ?? settings.budgetCapCents),
    softWarningPercent: settings.softWarningPercent,
    attemptLimit: ATTEMPT_LIMIT,
  });
}

/** What is to be collected. */
function selectionOf(request: RunRequest): { categoryIds: string[]; productCount: number } {
  refuseUnclearSelection(request);
  return {
    categoryIds: getCategories(request.category_ids ?? []).map((category) => category.id),
    // Products without a price are kept, but not searched.
    productCount: request.products?.filter((product) => product.price !== null).length ?? 0,
  };
}

function refuseUnclearSelection({ category_ids: categories, products }: RunRequest): void {
  if ((categories === undefined) === (products === undefined)) {
    throw new InvalidError("one_selection", "Give exactly one of category_ids and products.");
  }
  if (categories?.length === 0) throw new InvalidError("empty_selection", "No category is selected.");
  if (products?.length === 0) throw new InvalidError("empty_selection", "The list of products is empty.");
}

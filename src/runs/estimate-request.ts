import { getCategories } from "../catalog/catalog.ts";
import { ATTEMPT_LIMIT } from "../collector/stages/outcome.ts";
import { InvalidError } from "../errors.ts";
import { centsToMicros } from "../money.ts";
import type { Settings } from "../settings/settings.ts";
import { type Estimate, estimate } from "./estimate.ts";
import type { RunRequest } from "./list-request.ts";

/**
 * What the requested run would cost under these settings.
 * @throws InvalidError when the selection is empty, double or names an unknown category.
 */
export function estimateRequest(request: RunRequest, settings: Settings): Estimate {
  refuseUnclearSelection(request);
  return estimate({
    categoryIds: getCategories(request.category_ids ?? []).map((category) => category.id),
    // Products without a price are kept, but not searched.
    productCount: request.products?.filter((product) => product.price !== null).length ?? 0,
    callPriceMicros: settings.callPriceMicros,
    bestSellerPages: request.best_seller_pages ?? settings.bestSellerPages,
    pagesPerProduct: request.pages_per_product ?? settings.pagesPerProduct,
    budgetCapMicros: centsToMicros(request.budget_cap_cents ?? settings.budgetCapCents),
    softWarningPercent: settings.softWarningPercent,
    attemptLimit: ATTEMPT_LIMIT,
  });
}

function refuseUnclearSelection({ category_ids: categories, products }: RunRequest): void {
  if ((categories === undefined) === (products === undefined)) {
    throw new InvalidError("one_selection", "Give exactly one of category_ids and products.");
  }
  if (categories?.length === 0) throw new InvalidError("empty_selection", "No category is selected.");
  if (products?.length === 0) throw new InvalidError("empty_selection", "The list of products is empty.");
}

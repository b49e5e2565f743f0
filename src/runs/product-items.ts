import type { NewItem } from "./item-queries.ts";
import type { Product } from "./items.ts";

/** The search item of a product. One that cannot be searched is kept and skipped, with its reason. */
export function productItem(product: Product, position: number, categoryId: string | null): NewItem {
  const reason = reasonToSkip(product);
  return {
    kind: "seller_search",
    externalId: product.asin,
    status: reason ? "skipped" : "pending",
    position,
    categoryId,
    errorCode: reason?.code ?? null,
    errorMessage: reason?.message ?? null,
    data: product,
  };
}

function reasonToSkip({ priceMicros, currency }: Product): { code: string; message: string } | undefined {
  if (priceMicros === null || priceMicros <= 0) return { code: "no_price", message: "The product shows no price." };
  // The price band is searched in dollars: a price in another currency would ask for the wrong listings.
  if (currency !== null && currency !== "USD") {
    return { code: "foreign_currency", message: `The product's price is in ${currency}, not in US dollars.` };
  }
  return undefined;
}

import { MICROS_PER_DOLLAR } from "../money.ts";
import type { ItemData } from "../runs/items.ts";
import type { EvidenceRow, SellerRow } from "./list-queries.ts";
import { titleSimilarity } from "./title-similarity.ts";

/** A seller as JSON names it. What eBay's result pages do not show, or nothing has judged yet, is null. */
export function toSellerJson(seller: SellerRow) {
  return {
    id: seller.id,
    display_name: seller.displayName,
    normalized_name: seller.normalizedName,
    platform: seller.platform,
    platform_id: null,
    times_seen: seller.timesSeen,
    feedback_score: seller.feedbackScore,
    feedback_percent: seller.feedbackPercent,
    feedback_exact: seller.feedbackExact,
    item_count: null,
    flagged: seller.flagged,
    verdict: null,
    score: null,
    first_product: seller.firstProduct,
    first_seen_run_id: seller.firstSeenRunId,
    last_seen_run_id: seller.lastSeenRunId,
    first_seen_at: seller.firstSeenAt?.toISOString() ?? null,
    last_seen_at: seller.lastSeenAt?.toISOString() ?? null,
  };
}

/** One sighting as JSON names it; prices are in currency units. */
export function toEvidenceJson(row: EvidenceRow) {
  return {
    id: row.id,
    run_id: row.runId,
    run_name: row.runName,
    product: toProductJson(row.product),
    listing: {
      item_id: row.listingId,
      title: row.listingTitle,
      price: toUnits(row.priceMicros),
      currency: row.currency,
      url: listingUrl(row.listingId),
    },
    markup_percent: row.markupPercent,
    title_similarity: row.product.type === "product" ? titleSimilarity(row.product.title, row.listingTitle) : null,
    page: row.page,
    position: row.position,
    section: row.section,
    counted: row.counted,
    feedback_score: row.feedbackScore,
    feedback_percent: row.feedbackPercent,
    feedback_exact: row.feedbackExact,
    seen_at: row.seenAt.toISOString(),
  };
}

export const listingUrl = (listingId: string): string => `https://www.ebay.com/itm/${encodeURIComponent(listingId)}`;

function toProductJson(data: ItemData) {
  if (data.type !== "product") return null;
  return {
    asin: data.asin,
    title: data.title,
    price: toUnits(data.priceMicros),
    currency: data.currency,
    url: data.url,
  };
}

const toUnits = (micros: number | null): number | null => (micros === null ? null : micros / MICROS_PER_DOLLAR);

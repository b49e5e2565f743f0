import { MICROS_PER_DOLLAR } from "../money.ts";
import type { CallRow, ItemRow } from "./item-list-queries.ts";
import type { ItemData } from "./items.ts";

export function toItemJson(item: ItemRow) {
  return {
    id: item.id,
    kind: item.kind,
    external_id: item.externalId,
    status: item.status,
    attempts: item.attempts,
    error_code: item.errorCode,
    error_message: item.errorMessage,
    cost_micros: item.costMicros,
    data: toItemDataJson(item.data),
    finished_at: isoOrNull(item.finishedAt),
  };
}

function toItemDataJson(data: ItemData) {
  if (data.type === "category") {
    return { category_id: data.categoryId, name: data.name, node_id: data.nodeId, page: data.page };
  }
  const { asin, title, priceMicros, currency, rank, rating, url, category } = data;
  const price = priceMicros === null ? null : priceMicros / MICROS_PER_DOLLAR;
  return { asin, title, price, currency, rank, rating, url, category };
}

export function toCallJson(call: CallRow) {
  return {
    id: call.id,
    item_id: call.itemId,
    kind: call.kind,
    request_key: call.requestKey,
    page: call.page,
    attempt: call.attempt,
    worker: call.worker,
    cached_from: call.cachedFrom,
    state: call.state,
    outcome: call.outcome,
    billing: call.billing,
    price_micros: call.priceMicros,
    cost_micros: call.costMicros,
    http_status: call.httpStatus,
    error_message: call.errorMessage,
    duration_ms: call.durationMs,
    bytes: call.bytes,
    reserved_at: call.reservedAt.toISOString(),
    settled_at: isoOrNull(call.settledAt),
  };
}

const isoOrNull = (instant: Date | null): string | null => instant?.toISOString() ?? null;

import type { ActivityAction, ActivityDetails, ActivityErrorType, NewActivity } from "../activity/event.ts";
import { findCategory } from "../catalog/catalog.ts";
import { storableText } from "../db/storable.ts";
import { searchQuery, searchUrl } from "../marketplaces/ebay/search-url.ts";
import { MICROS_PER_DOLLAR } from "../money.ts";
import type { CallOutcome } from "../runs/items.ts";
import { type CallResult, costOf, type Intent } from "./call.ts";

export interface ActivityContext {
  run: { markupPercentMin: number; markupPercentMax: number };
  /** By call, how many names it put on the list. */
  newSellersByCall: ReadonlyMap<string, number>;
  /** The worker that made the call, from 1; null when none did. */
  workerOf: (result: CallResult) => number | null;
}

const LONGEST_MESSAGE = 300;
const LONGEST_NAME = 200;

/** What a batch of calls has to tell: at most two events a call, in the batch's order. */
export function activityOf(results: readonly CallResult[], context: ActivityContext): NewActivity[] {
  return results
    .filter(({ settlement }) => settlement.outcome !== "not_sent")
    .flatMap((result) => [callEvent(result, context), ...sellersEvent(result, context)]);
}

function callEvent(result: CallResult, context: ActivityContext): NewActivity {
  const { intent, settlement } = result;
  const cost = costOf(result);
  const details: ActivityDetails = {
    ...nameOf(intent),
    ...targetOf(intent, context.run),
    page: intent.page,
    attempt: intent.attempts + 1,
    ...(settlement.durationMs !== null && { duration_ms: settlement.durationMs }),
    ...(isSuccess(settlement.outcome) ? { items_count: itemsOf(result) } : faultOf(result)),
    ...(cost > 0 && { cost_micros: cost }),
  };
  return eventOf(result, context, actionOf(result), details);
}

/** Who was new among the sellers of a search, or that nobody was. */
function sellersEvent(result: CallResult, context: ActivityContext): NewActivity[] {
  const names = new Set(result.listings.filter((found) => found.counted).map((found) => found.normalizedName));
  if (names.size === 0) return [];
  const added = context.newSellersByCall.get(result.intent.callId) ?? 0;
  const counts = { page: result.intent.page, items_count: names.size, new_sellers_count: added };
  return [eventOf(result, context, added > 0 ? "inserted" : "deduped", { ...nameOf(result.intent), ...counts })];
}

const eventOf = (
  result: CallResult,
  { workerOf }: ActivityContext,
  action: ActivityAction,
  details: ActivityDetails,
): NewActivity => ({
  workerId: workerOf(result) ?? 0,
  phase: result.intent.kind === "best_sellers" ? "amazon" : "ebay",
  action,
  details,
});

function nameOf({ data, categoryId }: Intent): ActivityDetails {
  const category = categoryId === null ? undefined : findCategory(categoryId)?.name;
  if (data.type === "category") return { category: category ?? data.name };
  const name = category ?? data.category;
  return { ...(name !== null && { category: cut(name, LONGEST_NAME) }), product_name: cut(data.title, LONGEST_NAME) };
}

/** What was asked for: the page of best sellers, or the search with its price band. */
function targetOf({ data, page }: Intent, run: ActivityContext["run"]): ActivityDetails {
  if (data.type === "category") return { url: `https://www.amazon.com/Best-Sellers/zgbs/x/${data.nodeId}?pg=${page}` };
  const markup = { minPercent: run.markupPercentMin, maxPercent: run.markupPercentMax };
  const query = searchQuery({ title: data.title, priceMicros: data.priceMicros ?? 0 }, markup);
  const band = { price_min: dollars(query.priceMinMicros), price_max: dollars(query.priceMaxMicros) };
  return { url: searchUrl(query, page), ...band };
}

const dollars = (micros: number): number => Math.round((micros / MICROS_PER_DOLLAR) * 100) / 100;

const itemsOf = ({ intent, products, listings }: CallResult): number =>
  intent.kind === "best_sellers" ? products.length : listings.length;

function actionOf({ settlement: { outcome }, step }: CallResult): ActivityAction {
  if (isSuccess(outcome)) return "found";
  if (outcome === "rate_limit") return "rate_limited";
  // These two stop the run: nothing tries again by itself.
  const stops = outcome === "credentials" || outcome === "quota";
  return step.status === "pending" && !stops ? "retrying" : "error";
}

function faultOf({ settlement, step }: CallResult): ActivityDetails {
  const message = settlement.errorMessage ?? step.errorMessage;
  return {
    error_type: ERROR_TYPES[settlement.outcome] ?? "http_error",
    ...(message !== null && { error_message: cut(message, LONGEST_MESSAGE) }),
  };
}

/** A cut may leave half a character, which the database refuses. */
const cut = (text: string, longest: number): string =>
  text.length <= longest ? text : storableText(`${text.slice(0, longest - 1)}…`);

const SUCCESSES: ReadonlySet<string> = new Set(["ok", "no_results", "cached"]);
const isSuccess = (outcome: CallOutcome): boolean => SUCCESSES.has(outcome);

/** Whatever else went wrong between us and the provider is an `http_error`. */
const ERROR_TYPES: Partial<Record<CallOutcome, ActivityErrorType>> = {
  rate_limit: "rate_limit",
  timeout: "timeout",
  possibly_billed: "timeout",
  unreadable: "parse_error",
  wrong_category: "parse_error",
  blocked: "blocked",
  no_sellers_shown: "no_sellers_shown",
};

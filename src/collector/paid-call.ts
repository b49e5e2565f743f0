import { searchQuery } from "../marketplaces/ebay/search-url.ts";
import type { Fetched, Provider } from "../providers/provider.ts";
import type { Run } from "../runs/queries.ts";
import type { CallResult, Intent } from "./call.ts";
import type { Question, Reading } from "./reading/reading.ts";
import { resultOfBestSellers } from "./stages/best-sellers.ts";
import { type Moment, type Receipt, resultOfError } from "./stages/outcome.ts";
import { resultOfSearch } from "./stages/seller-search.ts";

/** Makes the call that the intent has paid for. The slot at the provider is held for this only. */
export function send(provider: Provider, run: Run, { data, page }: Intent, signal: AbortSignal): Promise<Fetched> {
  if (data.type === "category") return provider.bestSellers({ nodeId: data.nodeId, marketplace: "US" }, page, signal);
  const markup = { minPercent: run.markupPercentMin, maxPercent: run.markupPercentMax };
  return provider.search(searchQuery({ title: data.title, priceMicros: data.priceMicros ?? 0 }, markup), page, signal);
}

/** What the answer of a call would be read as. */
export function questionOf({ data }: Intent): Question {
  if (data.type === "product") return { kind: "seller_search" };
  return { kind: "best_sellers", category: { nodeId: data.nodeId, marketplace: "US" } };
}

/** What an answer brought, and what becomes of the item. */
export function resultOf(run: Run, intent: Intent, reading: Reading, receipt: Receipt, moment: Moment): CallResult {
  const { data } = intent;
  if (reading.kind === "fault") return resultOfError(intent, reading.error, receipt, moment);
  if (reading.kind === "best_sellers") return resultOfBestSellers(intent, reading.page, receipt, moment);
  if (data.type === "product") return resultOfSearch(intent, data, reading.page, run, receipt, moment);
  throw new Error("a category was answered with a search");
}

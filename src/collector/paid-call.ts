import { searchQuery } from "../marketplaces/ebay/search-url.ts";
import type { Fetched, Provider } from "../providers/provider.ts";
import type { Run } from "../runs/queries.ts";
import type { CallResult, Intent } from "./call.ts";
import { resultOfBestSellers } from "./stages/best-sellers.ts";
import { type Moment, type Receipt, resultOfError } from "./stages/outcome.ts";
import { resultOfSearch } from "./stages/seller-search.ts";

/** Makes the call that the intent has paid for. The slot at the provider is held for this only. */
export function send(provider: Provider, run: Run, { data, page }: Intent, signal: AbortSignal): Promise<Fetched> {
  if (data.type === "category") return provider.bestSellers({ nodeId: data.nodeId, marketplace: "US" }, page, signal);
  const markup = { minPercent: run.markupPercentMin, maxPercent: run.markupPercentMax };
  return provider.search(searchQuery({ title: data.title, priceMicros: data.priceMicros ?? 0 }, markup), page, signal);
}

/** Reads a stored answer: what it brought, and what becomes of the item. Costs nothing and can be repeated. */
export function read(
  provider: Provider,
  run: Run,
  intent: Intent,
  body: Uint8Array,
  receipt: Receipt,
  moment: Moment,
): CallResult {
  const { data } = intent;
  if (data.type === "category") {
    const answer = provider.readBestSellers(body, { nodeId: data.nodeId, marketplace: "US" });
    if (answer.kind === "fault") return resultOfError(intent, answer.error, receipt, moment);
    return resultOfBestSellers(intent, answer.page, receipt, moment);
  }
  const answer = provider.readSearch(body);
  if (answer.kind === "fault") return resultOfError(intent, answer.error, receipt, moment);
  return resultOfSearch(intent, data, answer.page, run, receipt, moment);
}

import type { BestSellersPage } from "../marketplaces/amazon/best-sellers.ts";
import { CredentialsError, ProviderError, QuotaError } from "../providers/errors.ts";
import type { BestSellersSource } from "../providers/provider.ts";
import { type Category, collectable } from "./catalog.ts";
import { sharesWord } from "./shares-word.ts";

export type Verdict = "verified" | "wrong_category" | "empty" | "error";

export interface VerificationResult {
  category_id: string;
  node_id: string;
  verdict: Verdict;
  /** The category as the page names it, when it does. */
  title?: string;
  /** Why the verdict is not `verified`. */
  detail?: string;
  checked_at: Date;
}

export interface VerifyOptions {
  signal: AbortSignal;
  /** Called as each answer arrives, so that what was paid for is recorded even if the rest is given up. */
  onResult?: (result: VerificationResult) => void | Promise<void>;
  /** How many nodes are asked for at once. */
  concurrency?: number;
  categories?: readonly Category[];
  now?: () => Date;
}

/** How many paid calls a verification makes: one for each node. */
export function verificationCalls(categories: readonly Category[] = collectable): number {
  return categories.length;
}

/**
 * Asks the provider for page 1 of each node, once, and tells what came back. A failed call is an `error` and is not
 * repeated: the caller has reserved money for one call per node.
 * @throws CredentialsError, QuotaError as soon as one comes, and the signal's reason: asking on would not help.
 */
export async function verifyCatalog(source: BestSellersSource, options: VerifyOptions): Promise<VerificationResult[]> {
  const { signal, onResult, concurrency = 5, categories = collectable, now = () => new Date() } = options;
  const results: VerificationResult[] = [];
  const queue = categories.values();
  let stopped = false;
  const lane = async () => {
    for (const category of queue) {
      signal.throwIfAborted();
      const answer = await ask(source, category, signal);
      const result = { category_id: category.id, node_id: category.nodeId, ...answer, checked_at: now() };
      results.push(result);
      await onResult?.(result);
      // Calls of other lanes that are under way are let come home: they are paid for.
      if (stopped) return;
    }
  };
  const stopOthers = (error: unknown) => {
    stopped = true;
    throw error;
  };
  const lanes = Array.from({ length: Math.max(1, concurrency) }, () => lane().catch(stopOthers));
  const ended = await Promise.allSettled(lanes);
  const failure = ended.find((one) => one.status === "rejected");
  if (failure) throw failure.reason;
  return results;
}

type Answer = Pick<VerificationResult, "verdict" | "title" | "detail">;

async function ask(source: BestSellersSource, category: Category, signal: AbortSignal): Promise<Answer> {
  try {
    const { body } = await source.bestSellers(category, 1, signal);
    const answer = source.readBestSellers(body, category);
    if (answer.kind === "page") return judge(answer.page, category);
    return failed(answer.error);
  } catch (error) {
    if (signal.aborted || !(error instanceof ProviderError)) throw error;
    return failed(error);
  }
}

function failed(error: ProviderError): Answer {
  if (error instanceof CredentialsError || error instanceof QuotaError) throw error;
  return { verdict: "error", detail: error.message };
}

function judge(page: BestSellersPage, category: Category): Answer {
  const title = page.category === null ? {} : { title: page.category };
  switch (page.outcome) {
    case "ok":
      if (page.category === null || sharesWord(page.category, category.name)) {
        return { verdict: "verified", ...title };
      }
      return { verdict: "wrong_category", ...title, detail: `The page is called "${page.category}".` };
    case "no_results":
      return { verdict: "empty", ...title, detail: "The page lists no products." };
    case "wrong_category":
      return { verdict: "wrong_category", ...title, detail: "The page is not this node's, though it was billed." };
    case "blocked":
      return { verdict: "error", detail: "Amazon asked the provider to prove that it is no robot." };
    case "unreadable":
      return { verdict: "error", detail: "The answer is no Best Sellers page." };
  }
}

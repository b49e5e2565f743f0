import type { Tx } from "../db/client.ts";
import { productItem } from "../runs/product-items.ts";
import { addProgress, insertItems, type NewCounts, type Progress, type Run } from "../runs/queries.ts";
import { recordFinds } from "../sellers/record-finds.ts";
import { type CallResult, costOf } from "./call.ts";
import { type Owner, planAfresh, settleCalls, updateItems } from "./queries.ts";

/** The run has a new owner: nothing of this one counts any more. */
export class SupersededError extends Error {
  constructor() {
    super("another process has taken over the run");
    this.name = "SupersededError";
  }
}

/**
 * Writes everything a batch of calls brought: ledger, items, new items, sellers, evidence, history, counters, in a fixed
 * number of statements. In one transaction: nothing of a call is visible before all of it is.
 * @throws SupersededError when a call of the batch is no longer open under this owner's epoch.
 */
export async function commitResults(tx: Tx, owner: Owner, entryId: string, results: CallResult[]): Promise<Run> {
  const { orgId, runId, epoch } = owner;
  const listings = results.flatMap((result) => result.listings);
  await planAfresh(tx);
  const finds = await recordFinds(tx, { orgId, runId, entryId }, listings);
  const products = results.flatMap(({ intent, products }) =>
    products.map((product, index) => productItem(product, index + 1, intent.categoryId)),
  );
  const newItems = await insertItems(tx, orgId, runId, firstOfEach(products));
  await updateItems(tx, results);

  // The run's row and the month's come last, and in the order in which a claim takes them: a claim waits for these two
  // statements only, and neither can wait for the other for ever. A stale owner finds out here, and all is undone.
  const run = await addProgress(tx, runId, epoch, { ...progressOf(results), ...finds, ...newItems });
  if (!run || (await settleCalls(tx, owner, results)) !== results.length) throw new SupersededError();
  return run;
}

/** Two categories of one batch may list the same product: the first one keeps it. */
function firstOfEach<Item extends { externalId: string }>(items: Item[]): Item[] {
  return [...new Map(items.toReversed().map((item) => [item.externalId, item])).values()].toReversed();
}

function progressOf(results: CallResult[]): Omit<Progress, keyof NewCounts | "sellersFound" | "sellersNew"> {
  const sum = (value: (result: CallResult) => number) => results.reduce((total, result) => total + value(result), 0);
  const count = (matches: (result: CallResult) => boolean) => results.filter(matches).length;
  const billed = ({ settlement }: CallResult) => settlement.billing === "billed";
  const ended = ({ step }: CallResult) => step.status !== "pending";
  return {
    releasedMicros: sum((r) => r.intent.priceMicros),
    spentMicros: sum(costOf),
    sureMicros: sum((r) => (billed(r) ? costOf(r) : 0)),
    completed: count((r) => r.step.status === "completed"),
    failed: count((r) => r.step.status === "failed"),
    skipped: count((r) => r.step.status === "skipped"),
    searched: count((r) => r.intent.kind === "seller_search" && r.step.status === "completed"),
    listings: sum((r) => r.listings.length),
    calls: count((r) => r.settlement.outcome !== "not_sent"),
    billedCalls: count(billed),
    categoriesMoved: results.some((r) => r.intent.kind === "best_sellers" && ended(r)),
  };
}

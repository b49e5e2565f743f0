import type { NewActivity } from "../activity/event.ts";
import { insertActivity } from "../activity/queries.ts";
import type { Tx } from "../db/client.ts";
import { formatUsd } from "../money.ts";
import { insertItems, type NewCounts } from "../runs/item-queries.ts";
import { warningThresholdMicros } from "../runs/pace.ts";
import { productItem } from "../runs/product-items.ts";
import { addProgress, type Progress, warnOnce } from "../runs/progress-queries.ts";
import type { Run } from "../runs/queries.ts";
import { recordFinds } from "../sellers/record-finds.ts";
import { activityOf } from "./activity-of.ts";
import { rememberAnswers } from "./cache-queries.ts";
import { type CallResult, costOf } from "./call.ts";
import { type Owner, planAfresh, settleCalls, updateItems } from "./queries.ts";

/** The run has a new owner: nothing of this one counts any more. */
export class SupersededError extends Error {
  constructor() {
    super("another process has taken over the run");
    this.name = "SupersededError";
  }
}

export interface CommitOptions {
  owner: Owner;
  /** The audit entry of the segment. */
  entryId: string;
  run: Run;
  provider: { name: string };
  /** Whether answers are noted to be used again. */
  remembers(): boolean;
}

/**
 * Writes everything a batch of calls brought: ledger, items, new items, sellers, evidence, history, counters, in a fixed
 * number of statements. In one transaction: nothing of a call is visible before all of it is.
 * @throws SupersededError when a call of the batch is no longer open under this owner's epoch.
 */
export async function commitResults(tx: Tx, options: CommitOptions, results: CallResult[]): Promise<Run> {
  const { owner, entryId, provider } = options;
  const { orgId, runId, epoch } = owner;
  const listings = results.flatMap((result) => result.listings);
  await planAfresh(tx);
  const finds = await recordFinds(tx, { orgId, runId, entryId }, listings);
  const products = results.flatMap(({ intent, products }) =>
    products.map((product, index) => productItem(product, index + 1, intent.categoryId)),
  );
  const newItems = await insertItems(tx, orgId, runId, firstOfEach(products));
  await updateItems(tx, results);
  if (options.remembers()) await rememberAnswers(tx, orgId, provider.name, results);

  // The run's row and the month's come last, and in the order in which a claim takes them: a claim waits for these two
  // statements only, and neither can wait for the other for ever. A stale owner finds out here, and all is undone.
  const run = await addProgress(tx, runId, epoch, { ...progressOf(results), ...finds, ...newItems });
  const settled = run && (await settleCalls(tx, owner, results, finds.newByCall));
  if (!run || settled !== results.length) throw new SupersededError();
  const events = activityOf(results, {
    run,
    newSellersByCall: finds.newByCall,
    workerOf: (result) => result.intent.worker,
  });
  await insertActivity(tx, orgId, runId, [...events, ...(await budgetWarning(tx, run))]);
  return run;
}

/** Said once in a run. */
async function budgetWarning(tx: Tx, run: Run): Promise<NewActivity[]> {
  const used = run.spentMicros + run.reservedMicros;
  if (run.warnedAt || used < warningThresholdMicros(run) || !(await warnOnce(tx, run.id))) return [];
  const error_message = `${formatUsd(used)} of ${formatUsd(run.budgetCapMicros)} are spent or reserved.`;
  return [{ workerId: 0, phase: null, action: "budget_warning", details: { cost_micros: used, error_message } }];
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
    calls: count(({ settlement }) => settlement.outcome !== "not_sent" && settlement.outcome !== "cached"),
    cachedCalls: count(({ settlement }) => settlement.outcome === "cached"),
    billedCalls: count(billed),
    categoriesMoved: results.some((r) => r.intent.kind === "best_sellers" && ended(r)),
  };
}

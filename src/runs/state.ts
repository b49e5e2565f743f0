import { recentActivity } from "../activity/activity.ts";
import type { Tx } from "../db/client.ts";
import { newSellersOfRun } from "../sellers/lists.ts";
import { getFailures, getProgress } from "./lists.ts";

const NEW_SELLERS = 12;
const FAILED_ITEMS = 20;
const EVENTS = 30;

/**
 * Everything that the page of a run shows and its live stream pushes.
 * @throws NotFoundError
 */
export async function getRunState(tx: Tx, id: string, now: Date) {
  const { run, busy, throttled } = await getProgress(tx, id);
  const [newSellers, failures, activity] = await Promise.all([
    newSellersOfRun(tx, run.id, NEW_SELLERS),
    getFailures(tx, run.id, FAILED_ITEMS),
    recentActivity(tx, run.id, EVENTS),
  ]);
  return { run, busy, throttled, newSellers, failures, activity, now };
}

export type RunState = Awaited<ReturnType<typeof getRunState>>;

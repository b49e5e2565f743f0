import type { Tx } from "../db/client.ts";
import { isFinal } from "../runs/status.ts";
import type { Activity } from "./event.ts";
import { findStatus, isKept, listActivity, newestActivity } from "./queries.ts";

/** The newest events of a run, oldest first. The run must exist. */
export const recentActivity = (tx: Tx, runId: string, limit: number): Promise<Activity[]> =>
  newestActivity(tx, runId, limit);

export interface News {
  /** Oldest first. */
  events: Activity[];
  /** The run has ended, and nothing comes after these events unless there are as many as were asked for. */
  isFinal: boolean;
}

/** What happened after the event that was read last; the newest events when none was. */
export async function readNews(tx: Tx, runId: string, afterId: number | null, limit: number): Promise<News> {
  // Before the events: what is written with the end of a run is then among them.
  const status = await findStatus(tx, runId);
  const events =
    afterId === null ? await newestActivity(tx, runId, limit) : await listActivity(tx, runId, afterId, limit);
  return { events, isFinal: status === undefined || isFinal(status) };
}

/** The events after one that a viewer has seen; undefined when that one is not kept, or not this run's. */
export async function replay(tx: Tx, runId: string, seenId: number, limit: number): Promise<Activity[] | undefined> {
  // In this order: what is trimmed in between takes the one that was seen first.
  const events = await listActivity(tx, runId, seenId, limit);
  return (await isKept(tx, runId, seenId)) ? events : undefined;
}

import { insertActivity } from "../activity/queries.ts";
import type { Tx } from "../db/client.ts";
import { entryHasChanges, insertEntry } from "../history/queries.ts";
import type { OrganisationId, RunId } from "../ids.ts";
import { activityOfMove } from "./activity-of-move.ts";
import { listLanes } from "./lane-queries.ts";
import { bookOpenCalls, clearSegment, type Move, moveRun, skipOpenItems } from "./life-cycle-queries.ts";
import { announce, announceMove, type Run } from "./queries.ts";
import { isFinal } from "./status.ts";

/**
 * Moves a run and tells of it: status, event and notice are one transaction. Undefined when the move is not legal from
 * where the run stands. The segment ends with it if nobody works on the run any more, else with the last lane.
 */
export async function changeStatus(tx: Tx, orgId: OrganisationId, id: RunId, move: Move): Promise<Run | undefined> {
  const moved = await moveRun(tx, id, move);
  if (!moved) return undefined;
  await insertActivity(tx, orgId, id, activityOfMove(move, moved));
  await announce(tx, id);
  await announceMove(tx, id);
  return endSegment(tx, orgId, moved);
}

/**
 * Ends the segment of a run that no longer runs and that nobody works on: what is left of a final run is given up, and
 * the changes of the segment get their entry. Otherwise the run stays as it is.
 */
export async function endSegment(tx: Tx, orgId: OrganisationId, run: Run): Promise<Run> {
  if (run.status === "running" || (await listLanes(tx, run.id)).length > 0) return run;
  if (isFinal(run.status)) await bookOpenCalls(tx, orgId, run.id);
  if (run.status === "cancelled") await skipOpenItems(tx, run.id, "cancelled", "The run was cancelled.");
  if (run.status === "completed") await skipOpenItems(tx, run.id, "finished_early", "The run was finished early.");
  if (run.entryId) await writeEntry(tx, orgId, run.id, run.entryId);
  if (!run.entryId && !isFinal(run.status)) return run;
  const ended = await clearSegment(tx, run.id);
  await announce(tx, run.id);
  return ended ?? run;
}

/** A segment that changed nothing leaves no entry: a run that waits for its provider would fill the timeline. */
async function writeEntry(tx: Tx, orgId: OrganisationId, runId: RunId, entryId: string): Promise<void> {
  if (!(await entryHasChanges(tx, entryId))) return;
  await insertEntry(tx, orgId, { id: entryId, action: "run", source: "collection_run", sourceRunId: runId });
}

import type { Tx } from "../db/client.ts";
import { entryHasChanges, insertEntry } from "../history/queries.ts";
import { newId, type OrganisationId, type RunId } from "../ids.ts";
import { announce, findRun, type Move, moveRun, type Run, startSegment } from "./queries.ts";

/**
 * Begins a segment of a run: a new epoch and a new audit entry to gather its changes. If its former owner died, the
 * entry of the segment it could not end is written first.
 */
export async function beginSegment(tx: Tx, orgId: OrganisationId, id: RunId): Promise<Run | undefined> {
  const before = await findRun(tx, id);
  if (before?.entryId) await writeEntry(tx, orgId, id, before.entryId);
  const run = await startSegment(tx, id, newId());
  if (run) await announce(tx, id);
  return run;
}

/** Ends a segment: its entry, the list's size then and the new status are one transaction. */
export async function endSegment(tx: Tx, orgId: OrganisationId, run: Run, move: Move): Promise<Run | undefined> {
  if (run.entryId) await writeEntry(tx, orgId, run.id, run.entryId);
  const moved = await moveRun(tx, run.id, move);
  if (moved) await announce(tx, run.id);
  return moved;
}

/** A segment that changed nothing leaves no entry: a run that waits for its provider would fill the timeline. */
async function writeEntry(tx: Tx, orgId: OrganisationId, runId: RunId, entryId: string): Promise<void> {
  if (!(await entryHasChanges(tx, entryId))) return;
  await insertEntry(tx, orgId, { id: entryId, action: "run", source: "collection_run", sourceRunId: runId });
}

import type { Clock } from "../clock.ts";
import { type Sql, withOrganisation } from "../db/client.ts";
import type { OrganisationId } from "../ids.ts";
import type { Log } from "../log.ts";
import { type Batch, batchesOf } from "./batches.ts";
import { BytesByMinute, type Cut, minuteOf } from "./by-minute.ts";
import { type Limits, readLimits, unfinishedBefore } from "./limits.ts";
import { forgetQueriesBefore } from "./queries.ts";
import { type Removed, Remover } from "./remover.ts";
import type { StoredFile } from "./stored-files.ts";

export interface Retention {
  sql: Sql;
  /** Where answers are stored: `DATA_DIR/raw`. */
  rawDirectory: string;
  clock: Clock;
  log: Pick<Log, "info" | "warn">;
  /** Ends the work between two batches. */
  signal?: AbortSignal;
}

/**
 * Deletes stored answers that are older, or beyond the size, that their organisation keeps; the oldest go first. Never
 * one whose call is still open. May be killed at any point, and may run in several processes at once: it only deletes.
 */
export async function retainAnswers(retention: Retention): Promise<Removed> {
  const limits = await readLimits(retention.sql, retention.clock.now());
  const remover = new Remover(retention, limits);
  if (limits.length === 0) return remover.removed;
  const kept = await removeOld(retention, limits, remover);
  await removeBeyondSize(retention, limits, remover, kept);
  await remover.removeEmptyFolders();
  if (remover.removed.files > 0) retention.log.info({ ...remover.removed }, "stored answers deleted");
  return remover.removed;
}

type Kept = Map<OrganisationId, BytesByMinute>;

async function removeOld(retention: Retention, limits: Limits[], remover: Remover): Promise<Kept> {
  for (const { orgId, oldest } of limits) {
    await withOrganisation(retention.sql, orgId, (tx) => forgetQueriesBefore(tx, new Date(oldest)));
  }
  const unfinishedUntil = unfinishedBefore(retention.clock.now());
  // Whose an orphan was is not known: it is kept as long as anybody keeps theirs.
  const longest = Math.min(...limits.map(({ oldest }) => oldest));
  const kept: Kept = new Map(limits.map(({ orgId }) => [orgId, new BytesByMinute()]));
  for await (const batch of batchesOf(retention, limits, remover)) {
    const oldest = batch.limits?.oldest ?? longest;
    await remover.removeUnfinished(batch.files.filter((file) => file.isUnfinished && file.storedAt < unfinishedUntil));
    await remover.remove(
      batch.limits,
      answersOf(batch, (file) => file.storedAt < oldest),
    );
    const ledger = batch.limits && kept.get(batch.limits.orgId);
    for (const file of answersOf(batch, (file) => file.storedAt >= oldest)) ledger?.add(file.storedAt, file.bytes);
  }
  return kept;
}

/** A second look at the files, where one has shown that they are too many: so no list of all of them is held. */
async function removeBeyondSize(retention: Retention, limits: Limits[], remover: Remover, kept: Kept): Promise<void> {
  const cuts = cutsOf(limits, kept);
  if (cuts.size === 0) return;
  const lastMinutes = new Map<Limits, StoredFile[]>();
  for await (const batch of batchesOf(retention, limits, remover)) {
    const cut = batch.limits && cuts.get(batch.limits);
    if (!batch.limits || !cut) continue;
    await remover.remove(
      batch.limits,
      answersOf(batch, (file) => file.storedAt < cut.minute),
    );
    const later = answersOf(batch, (file) => minuteOf(file.storedAt) === cut.minute);
    lastMinutes.set(batch.limits, [...(lastMinutes.get(batch.limits) ?? []), ...later]);
  }
  for (const [owner, files] of lastMinutes) {
    await remover.remove(owner, oldestOf(files, cuts.get(owner)?.rest ?? 0));
  }
}

function cutsOf(limits: Limits[], kept: Kept): Map<Limits, Cut> {
  const cuts = new Map<Limits, Cut>();
  for (const owner of limits) {
    const cut = kept.get(owner.orgId)?.cutAt(owner.bytes);
    if (cut) cuts.set(owner, cut);
  }
  return cuts;
}

const answersOf = ({ files }: Batch, matches: (file: StoredFile) => boolean): StoredFile[] =>
  files.filter((file) => !file.isUnfinished && matches(file));

/** The oldest files that together have at least as many bytes. */
function oldestOf(files: StoredFile[], bytes: number): StoredFile[] {
  const sorted = files.toSorted((a, b) => a.storedAt - b.storedAt || (a.callId < b.callId ? -1 : 1));
  let left = bytes;
  return sorted.filter((file) => {
    const goes = left > 0;
    left -= file.bytes;
    return goes;
  });
}

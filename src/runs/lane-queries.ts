import { array } from "../db/array.ts";
import type { Tx } from "../db/client.ts";
import type { OrganisationId, RunId } from "../ids.ts";
import type { RunStatus } from "./status.ts";

export interface Lane {
  epoch: number;
  processId: string;
  workers: number;
  /** Whether its process is there and has answered lately. */
  alive: boolean;
}

/** Who works on the run. */
export function listLanes(tx: Tx, runId: RunId): Promise<Lane[]> {
  return tx<Lane[]>`
    select epoch, process_id, workers, lane_is_alive(process_id, heartbeat_at) as alive
    from lanes where run_id = ${runId} order by epoch`;
}

/** A new lane with an epoch of its own. The run's row is locked. */
export async function insertLane(
  tx: Tx,
  lane: { orgId: OrganisationId; runId: RunId; processId: string; workers: number; account: string },
): Promise<number> {
  const [row] = await tx<{ epoch: number }[]>`
    with run as (
      update runs set epoch = epoch + 1, provider_account = ${lane.account}, revision = revision + 1
      where id = ${lane.runId} returning epoch
    )
    insert into lanes (run_id, epoch, org_id, process_id, workers)
    select ${lane.runId}, run.epoch, ${lane.orgId}, ${lane.processId}, ${lane.workers} from run
    returning epoch`;
  if (!row) throw new Error(`run ${lane.runId} is gone`);
  return row.epoch;
}

/** From now on nothing that these lanes write is accepted. */
export async function deleteLanes(tx: Tx, runId: RunId, epochs: readonly number[]): Promise<void> {
  await tx`delete from lanes where run_id = ${runId} and epoch = any(${array(epochs)}::int[])`;
}

/** From now on the lane counts as that of a dead process: its open calls are somebody else's to recover. */
export async function disownLane(tx: Tx, runId: RunId, epoch: number): Promise<void> {
  await tx`
    update lanes set workers = 0, heartbeat_at = '-infinity' where run_id = ${runId} and epoch = ${epoch}`;
}

export interface LaneState {
  workers: number;
  /** Of the run. */
  status: RunStatus;
}

/** Renews a lane and tells how it stands; undefined when it is not ours any more. */
export async function beatLane(tx: Tx, runId: RunId, epoch: number): Promise<LaneState | undefined> {
  const [state] = await tx<LaneState[]>`
    update lanes l set heartbeat_at = now() from runs r
    where l.run_id = ${runId} and l.epoch = ${epoch} and r.id = l.run_id
    returning l.workers, r.status`;
  return state;
}

export async function resizeLane(tx: Tx, runId: RunId, epoch: number, workers: number): Promise<void> {
  await tx`update lanes set workers = ${workers} where run_id = ${runId} and epoch = ${epoch}`;
}

import type { Clock } from "../clock.ts";
import { type Sql, withOrganisation } from "../db/client.ts";
import { persist } from "../db/retry.ts";
import type { OrganisationId, RunId } from "../ids.ts";
import { deleteLanes, disownLane, insertLane, type Lane, listLanes, resizeLane } from "../runs/lane-queries.ts";
import type { Move } from "../runs/life-cycle-queries.ts";
import { lockRun, type Run } from "../runs/queries.ts";
import { changeStatus, endSegment } from "../runs/segment.ts";
import type { Intent } from "./call.ts";
import { type LaneEnding, moveOf } from "./ending.ts";
import { adoptOpenCalls, hasOpenCalls, type Owner, otherProcessAlive } from "./queries.ts";

export interface Member {
  orgId: OrganisationId;
  runId: RunId;
  /** The process that takes the lane, and the provider account it works with. */
  processId: string;
  account: string;
}

/** A lane that was taken: from now on its writes are accepted, and those of the lanes it replaces are not. */
export interface TakenLane {
  run: Run;
  owner: Owner;
  workers: number;
  /** The number of its first worker: the lanes of a run number theirs one after the other. */
  firstWorker: number;
  /** What dead lanes left open. */
  open: Intent[];
}

/**
 * Takes part in a run: as many of its free workers as `wants` says of them, and everything that dead lanes left open,
 * in whatever state the run is. Undefined when there is nothing of either, or `wants` says that nothing is wanted.
 */
export function takeLane(
  sql: Sql,
  member: Member,
  wants: (freeWorkers: number, others: Lane[]) => number | undefined,
): Promise<TakenLane | undefined> {
  const { orgId, runId, processId } = member;
  return withOrganisation(sql, orgId, async (tx) => {
    const run = await lockRun(tx, runId);
    if (!run) return undefined;
    const lanes = await listLanes(tx, runId);
    // A lane of this very process that is taken again has ended without saying so.
    const [living, dead] = partition(lanes, (lane) => lane.alive && lane.processId !== processId);
    const busy = living.reduce((sum, lane) => sum + lane.workers, 0);
    const free = run.status === "running" ? Math.max(0, run.workers - busy) : 0;
    const wanted = wants(free, living);
    const workers = Math.min(free, wanted ?? 0);
    if (wanted === undefined || (workers === 0 && dead.length === 0)) return undefined;
    await deleteLanes(
      tx,
      runId,
      dead.map((lane) => lane.epoch),
    );
    const epoch = await insertLane(tx, { ...member, workers });
    const owner = { orgId, runId, epoch };
    return { run: { ...run, epoch }, owner, workers, firstWorker: busy + 1, open: await adoptOpenCalls(tx, owner) };
  });
}

/**
 * Lets the process' own lane have what dead lanes of the run left open. Undefined when it has no lane there. Waits, for
 * a while, for a database that went away.
 */
export function adoptDeadLanes(
  sql: Sql,
  clock: Clock,
  { orgId, runId, processId }: Omit<Member, "account">,
): Promise<{ run: Run; open: Intent[] } | undefined> {
  let tried: string[] = [];
  return persist(clock, () =>
    withOrganisation(sql, orgId, async (tx) => {
      const run = await lockRun(tx, runId);
      const lanes = await listLanes(tx, runId);
      const own = lanes.find((lane) => lane.processId === processId);
      if (!run || !own) return undefined;
      const dead = lanes.filter((lane) => !lane.alive && lane !== own);
      await deleteLanes(
        tx,
        runId,
        dead.map((lane) => lane.epoch),
      );
      // What a lost commit has adopted is this lane's already, and nobody knows of it.
      const open = await adoptOpenCalls(tx, { orgId, runId, epoch: own.epoch }, tried);
      tried = open.map((intent) => intent.callId);
      return { run, open };
    }),
  );
}

/** Gives the process' own lane more workers, as far as they are free, or takes some from it. */
export function resizeOwnLane(
  sql: Sql,
  { orgId, runId, processId }: Omit<Member, "account">,
  workers: number,
): Promise<void> {
  return withOrganisation(sql, orgId, async (tx) => {
    const run = await lockRun(tx, runId);
    const lanes = await listLanes(tx, runId);
    const own = lanes.find((lane) => lane.processId === processId);
    if (!run || !own) return;
    const others = lanes.filter((lane) => lane !== own).reduce((sum, lane) => sum + lane.workers, 0);
    await resizeLane(tx, runId, own.epoch, Math.max(1, Math.min(workers, run.workers - others)));
  });
}

/** Leaves the run in the state that the lane's ending stands for. Undefined when the lane was not ours any more. */
export function leaveLane(
  sql: Sql,
  owner: Owner,
  processId: string,
  ending: LaneEnding,
  now: Date,
): Promise<Run | undefined> {
  const { orgId, runId, epoch } = owner;
  return withOrganisation(sql, orgId, async (tx) => {
    const run = await lockRun(tx, runId);
    const lanes = await listLanes(tx, runId);
    if (!run || !lanes.some((lane) => lane.epoch === epoch)) return undefined;
    const move = run.status === "running" ? moveOf(ending, run, now) : undefined;
    const moved = move && (await changeStatus(tx, orgId, runId, { ...move, from: ["running"] }));
    // What could not be written is left to whoever recovers a lane without an owner.
    if (await hasOpenCalls(tx, owner)) await disownLane(tx, runId, epoch);
    else await deleteLanes(tx, runId, [epoch]);
    const handedOver =
      lanes.some((lane) => lane.alive && lane.epoch !== epoch) || (await otherProcessAlive(tx, processId));
    const stopped = ending.kind === "stopped" && !handedOver && (await changeStatus(tx, orgId, runId, STOPPED));
    return stopped || (await endSegment(tx, orgId, moved ?? run));
  });
}

const STOPPED: Move = {
  to: "paused",
  from: ["running"],
  pauseReason: "shutdown",
  message: "Stopped before it was done.",
};

function partition<Item>(items: readonly Item[], matches: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(matches), items.filter((item) => !matches(item))];
}

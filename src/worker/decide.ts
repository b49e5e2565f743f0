import { monthOf } from "../money.ts";
import type { OpenWork, Peers } from "./dispatch-queries.ts";

/** What a process does about a run. */
export type Decision =
  /** Take up to `workers` of its free workers; 0: only what dead lanes left open. */
  | { kind: "take"; workers: number }
  /** Let the own lane have what dead lanes left open. */
  | { kind: "adopt" }
  /** Change the number of workers of the own lane. */
  | { kind: "resize"; workers: number }
  | { kind: "resume" }
  /** The provider was down: whoever may probe it goes on with this run. */
  | { kind: "probe" }
  | { kind: "nothing" };

export interface Situation {
  now: Date;
  peers: Peers;
  /** When this process began: what was stopped before may go on. */
  since: Date;
  /** The provider account of this process, and how it stands. */
  account: { key: string; breaker: "closed" | "open" | "probing" };
}

/** Workers in one part of a run; parts are what processes share. */
const PART = 10;

/** What this process should do about the run. A rule without memory: asked again, it says the same. */
export function decide(work: OpenWork, situation: Situation): Decision {
  if (work.status === "running") return decideRunning(work, situation);
  if (work.dead > 0) return work.mine > 0 ? { kind: "adopt" } : { kind: "take", workers: 0 };
  return work.status === "paused" && work.busy === 0 ? decidePaused(work, situation) : { kind: "nothing" };
}

function decideRunning(work: OpenWork, { peers }: Situation): Decision {
  const free = Math.max(0, work.workers - work.busy);
  const share = shareOf(work.workers, peers.count);
  if (work.mine === 0) return free > 0 || work.dead > 0 ? { kind: "take", workers: share } : { kind: "nothing" };
  if (work.dead > 0) return { kind: "adopt" };
  if (free > 0) return { kind: "resize", workers: work.mine + free };
  if (work.mine > share && peers.newcomer) return { kind: "resize", workers: share };
  return { kind: "nothing" };
}

function decidePaused(work: OpenWork, { now, since, account }: Situation): Decision {
  if (work.pauseReason === "shutdown")
    return work.pausedAt && work.pausedAt < since ? { kind: "resume" } : { kind: "nothing" };
  if (work.pauseReason === "budget") {
    const inNewMonth = work.pausedAt !== null && monthOf(work.pausedAt) !== monthOf(now);
    return work.resumeInNewMonth && inNewMonth ? { kind: "resume" } : { kind: "nothing" };
  }
  if (work.account !== account.key) return { kind: "nothing" };
  if (account.breaker !== "closed") return { kind: "probe" };
  return work.retryAt && work.retryAt > now ? { kind: "nothing" } : { kind: "resume" };
}

/** An equal part of the run's workers, in whole parts. */
export function shareOf(workers: number, processes: number): number {
  const parts = Math.ceil(workers / PART);
  return Math.ceil(parts / Math.max(1, processes)) * PART;
}

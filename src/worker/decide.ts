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
  // What is given to a newcomer is not taken back before it came for it.
  const most = Math.min(work.mine + free, peers.newcomer ? share : work.workers);
  return most === work.mine ? { kind: "nothing" } : { kind: "resize", workers: most };
}

/** A run that a person paused, or that waits for one, never goes on by itself. */
function decidePaused(work: OpenWork, situation: Situation): Decision {
  if (work.pauseReason === "shutdown") return resumeIf(work.pausedAt !== null && work.pausedAt < situation.since);
  if (work.pauseReason === "budget" && work.budgetScope === "month") return decideMonth(work, situation);
  if (work.pauseReason === "provider") return decideOutage(work, situation);
  return { kind: "nothing" };
}

function decideMonth({ pausedAt, resumeInNewMonth }: OpenWork, { now }: Situation): Decision {
  return resumeIf(resumeInNewMonth && pausedAt !== null && monthOf(pausedAt) !== monthOf(now));
}

function decideOutage({ account: key, retryAt }: OpenWork, { now, account }: Situation): Decision {
  if (key !== account.key) return { kind: "nothing" };
  if (account.breaker !== "closed") return { kind: "probe" };
  return resumeIf(retryAt === null || retryAt <= now);
}

const resumeIf = (condition: boolean): Decision => ({ kind: condition ? "resume" : "nothing" });

/** An equal part of the run's workers, in whole parts. */
export function shareOf(workers: number, processes: number): number {
  const parts = Math.ceil(workers / PART);
  return Math.ceil(parts / Math.max(1, processes)) * PART;
}

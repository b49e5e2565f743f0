import type { Move } from "../runs/life-cycle-queries.ts";
import type { Run } from "../runs/queries.ts";
import type { BudgetScope, PauseReason } from "../runs/status.ts";

export type LaneEnding =
  /** Nothing is left to do. */
  | { kind: "drained" }
  | { kind: "paused"; reason: PauseReason; message: string; scope?: BudgetScope; retryAfterMs?: number }
  /** This process is asked to stop. */
  | { kind: "stopped" }
  /** Somebody else has paused, ended or taken over the run. */
  | { kind: "not_ours" };

export function outOfBudget(scope: BudgetScope): LaneEnding {
  const message =
    scope === "run" ? "The run's budget covers no further call." : "The month's budget covers no further call.";
  return { kind: "paused", reason: "budget", scope, message };
}

export function pausedForDisk(error: unknown): LaneEnding {
  const why = error instanceof Error ? error.message : String(error);
  return {
    kind: "paused",
    reason: "shutdown",
    message: `Answers can no longer be stored: ${why}. Make room, then resume.`,
  };
}

/** What the ending means for the run; undefined when it means nothing. */
export function moveOf(ending: LaneEnding, run: Run, now: Date): Move | undefined {
  if (ending.kind === "not_ours" || ending.kind === "stopped") return undefined;
  if (ending.kind === "drained") {
    const nothingWorked = run.failedItems > 0 && run.completedItems === 0;
    return nothingWorked ? { to: "failed", message: "Not one item could be done." } : { to: "completed" };
  }
  const { reason, message, scope, retryAfterMs } = ending;
  return {
    to: "paused",
    pauseReason: reason,
    message,
    ...(scope && { budgetScope: scope }),
    ...(retryAfterMs !== undefined && { retryAt: new Date(now.getTime() + retryAfterMs) }),
  };
}

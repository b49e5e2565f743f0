import type { SimulatedProcess } from "./process.ts";
import type { HeldLane, Standing } from "./world-queries.ts";

/** What is allowed to take its time. */
export interface Allowance {
  now: number;
  /** For a statement, at most. */
  slowestMs: number;
}

/** Looks are a second apart while runs run, and twenty while none does. */
const TAKEN_OVER_MS = { running: 3_000, other: 23_000 };
const FROZEN_MS = 20_000;
const GRACE_MS = 20_000;
const STATEMENTS = 20;

/** Lanes of dead and frozen processes that nobody has taken over although somebody could have. */
export function checkTakeOver(
  lanes: HeldLane[],
  processes: SimulatedProcess[],
  { now, slowestMs }: Allowance,
): string[] {
  return lanes.flatMap(({ runId, processId, status }) => {
    const holder = processes.find(({ id }) => id === processId);
    if (!holder || holder.stillSince === undefined || holder.isWell) return [];
    const patience = (status === "running" ? TAKEN_OVER_MS.running : TAKEN_OVER_MS.other) + STATEMENTS * slowestMs;
    const dueAt = holder.stillSince + patience + (holder.isDead ? 0 : FROZEN_MS);
    const isAble = (process: SimulatedProcess) =>
      process.isWell && process.startedAt + patience < now && !process.wasGivenUp;
    if (now < dueAt || !processes.some(isAble)) return [];
    return [`nobody has taken over the lane of ${holder.isDead ? "a dead" : "a frozen"} process (run ${runId})`];
  });
}

export function checkStops(processes: SimulatedProcess[], { now, slowestMs }: Allowance): string[] {
  const isLate = ({ isDead, stoppedAt, wasGivenUp }: SimulatedProcess) =>
    !isDead && !wasGivenUp && stoppedAt !== undefined && now - stoppedAt > GRACE_MS + 3_000 + STATEMENTS * slowestMs;
  return processes.filter(isLate).map(() => "a stop took longer than its grace");
}

/** The last process that stops leaves nothing behind that looks as if somebody worked on it. */
export function checkLastStop(processes: SimulatedProcess[], runs: Standing[]): string[] {
  const last = processes.toSorted((a, b) => (a.stillSince ?? 0) - (b.stillSince ?? 0)).at(-1);
  if (!last || processes.some(({ isDead }) => !isDead)) return [];
  const left = runs.filter(({ id, status }) => status === "running" && last.leaves.includes(id));
  return left.map(({ id }) => `the last stop left the run ${id} running`);
}

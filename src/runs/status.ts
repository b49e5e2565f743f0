/** The life cycle: from each status, the statuses it may become. `cancelled` is final. */
export const TRANSITIONS = {
  pending: ["running", "cancelled"],
  running: ["paused", "completed", "failed", "cancelled"],
  paused: ["running", "completed", "failed", "cancelled"],
  completed: ["running"],
  failed: ["running"],
  cancelled: [],
} as const satisfies Record<string, readonly string[]>;

export type RunStatus = keyof typeof TRANSITIONS;
export const RUN_STATUSES = Object.keys(TRANSITIONS) as RunStatus[];
export const FINAL_STATUSES = ["completed", "failed", "cancelled"] as const satisfies RunStatus[];

export const isFinal = (status: RunStatus): boolean => (FINAL_STATUSES as readonly RunStatus[]).includes(status);

export const PAUSE_REASONS = ["manual", "budget", "provider", "drift", "credentials", "quota", "shutdown"] as const;
export type PauseReason = (typeof PAUSE_REASONS)[number];
export type BudgetScope = "run" | "month";

/** The statuses from which `target` may be reached: the `where` of the one guarded update. */
export function sourcesOf(target: RunStatus): RunStatus[] {
  return RUN_STATUSES.filter((from) => (TRANSITIONS[from] as readonly RunStatus[]).includes(target));
}

/** What a person may ask of a run: from which statuses, and where it leads. */
export const COMMANDS = {
  start: { from: ["pending"], to: "running" },
  pause: { from: ["running"], to: "paused" },
  resume: { from: ["paused"], to: "running" },
  finish: { from: ["paused"], to: "completed" },
  cancel: { from: ["pending", "running", "paused"], to: "cancelled" },
  "retry-failed": { from: ["completed", "failed"], to: "running" },
} as const satisfies Record<string, { from: readonly RunStatus[]; to: RunStatus }>;

export type RunCommand = keyof typeof COMMANDS;
export const RUN_COMMANDS = Object.keys(COMMANDS) as RunCommand[];

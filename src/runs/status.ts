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

/** What a person may ask of a run: from which statuses, where it leads, and what has become of the run then. */
export const COMMANDS = {
  start: { from: ["pending"], to: "running", done: "started" },
  pause: { from: ["running"], to: "paused", done: "paused" },
  resume: { from: ["paused"], to: "running", done: "resumed" },
  finish: { from: ["paused"], to: "completed", done: "finished early" },
  cancel: { from: ["pending", "running", "paused"], to: "cancelled", done: "cancelled" },
  "retry-failed": { from: ["completed", "failed"], to: "running", done: "retried" },
} as const satisfies Record<string, { from: readonly RunStatus[]; to: RunStatus; done: string }>;

export type RunCommand = keyof typeof COMMANDS;
export const RUN_COMMANDS = Object.keys(COMMANDS) as RunCommand[];

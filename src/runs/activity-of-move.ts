import type { NewActivity } from "../activity/event.ts";
import type { Move } from "./life-cycle-queries.ts";
import type { Run } from "./queries.ts";
import { isFinal } from "./status.ts";

/** What a change of status tells those who follow the run. */
export function activityOfMove({ to, pauseReason, message }: Move, run: Run): NewActivity[] {
  const event = (action: NewActivity["action"], details: NewActivity["details"] = {}): NewActivity[] => [
    { workerId: 0, phase: null, action, details },
  ];
  if (to === "running") return event("resumed");
  if (isFinal(to))
    return event("complete", { cost_micros: run.spentMicros, ...(message && { error_message: message }) });
  const budget = pauseReason === "budget" && { error_type: "budget" as const };
  return event("paused", { ...budget, error_message: message ?? `Paused: ${pauseReason}.` });
}

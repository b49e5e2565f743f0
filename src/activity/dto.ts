import type { Activity } from "./event.ts";

/** An event as JSON names it. */
export function toActivityJson({ id, at, workerId, phase, action, details }: Activity) {
  return { id, timestamp: at.toISOString(), worker_id: workerId, phase, action, ...details };
}

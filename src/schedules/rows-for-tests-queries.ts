import type { Tx } from "../db/client.ts";
import type { Tick } from "./queries.ts";

export function listTicks(tx: Tx, scheduleId: string): Promise<Tick[]> {
  return tx<Tick[]>`select * from schedule_ticks where schedule_id = ${scheduleId} order by due_at`;
}

export interface ScheduledRun {
  id: string;
  status: string;
  budgetCapMicros: number;
  templateId: string | null;
}

export function listRuns(tx: Tx, scheduleId: string): Promise<ScheduledRun[]> {
  return tx<ScheduledRun[]>`
    select id, status, budget_cap_micros, template_id from runs where schedule_id = ${scheduleId} order by created_at`;
}

export async function endRuns(tx: Tx): Promise<void> {
  await tx`
    update runs set status = 'cancelled', pause_reason = null, completed_at = now()
    where status in ('pending', 'running', 'paused')`;
}

export async function deleteSchedules(tx: Tx): Promise<void> {
  await tx`delete from schedules`;
}

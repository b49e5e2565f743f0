import { nextFirings } from "./firings.ts";
import type { ScheduleView } from "./schedules.ts";

const SHOWN_FIRINGS = 5;

export function toScheduleJson(schedule: ScheduleView, now: Date) {
  const firings = schedule.enabled ? nextFirings(schedule, now, SHOWN_FIRINGS) : [];
  return {
    id: schedule.id,
    name: schedule.name,
    template_id: schedule.templateId,
    template_name: schedule.templateName,
    cron: schedule.cron,
    every_weeks: schedule.everyWeeks,
    anchor: schedule.anchor,
    time_zone: schedule.timeZone,
    enabled: schedule.enabled,
    when_active: schedule.whenActive,
    when_missed: schedule.whenMissed,
    budget_cap_cents: schedule.budgetCapCents,
    next_at: schedule.nextAt?.toISOString() ?? null,
    next_firings: firings.map((firing) => firing.toISOString()),
    last_ticks: schedule.lastTicks.map((tick) => ({
      due_at: tick.dueAt.toISOString(),
      fired_at: tick.firedAt.toISOString(),
      outcome: tick.outcome,
      run_id: tick.runId,
      message: tick.message,
    })),
    created_by: schedule.createdBy,
    created_at: schedule.createdAt.toISOString(),
    updated_at: schedule.updatedAt.toISOString(),
  };
}

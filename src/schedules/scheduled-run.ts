import type { Tx } from "../db/client.ts";
import type { OrganisationId, RunId } from "../ids.ts";
import { centsToMicros } from "../money.ts";
import { createRun } from "../runs/create-run.ts";
import { refuseTooManyRuns, startRun } from "../runs/life-cycle.ts";
import { refuseUselessCap } from "../runs/make-run.ts";
import { runRequestOf } from "../templates/run-request.ts";
import { getTemplate } from "../templates/templates.ts";
import { type ActiveRun, findActiveRun, type Schedule } from "./queries.ts";

/**
 * A run of the schedule or of its template that has not ended. Of schedules that share a template, only one at a time
 * gets an answer: none of them starts a run that the other did not see.
 */
export async function findActive(tx: Tx, schedule: Schedule): Promise<ActiveRun | undefined> {
  await getTemplate(tx, schedule.templateId, "for update");
  return findActiveRun(tx, schedule);
}

/**
 * Makes a run of the schedule's template, with the schedule's own budget, and starts it.
 * @throws AppError when the run is refused: over its budget, too many runs, a category that is gone
 */
export async function startScheduledRun(
  tx: Tx,
  orgId: OrganisationId,
  schedule: Schedule,
  now: Date,
): Promise<{ id: RunId }> {
  await refuseTooManyRuns(tx);
  const request = await runRequestOf(tx, schedule.templateId);
  const cap = schedule.budgetCapCents;
  const run = await createRun(
    tx,
    orgId,
    { ...request, scheduleId: schedule.id, ...(cap !== null && { budgetCapMicros: centsToMicros(cap) }) },
    now,
  );
  refuseUselessCap(run);
  return startRun(tx, orgId, run.id);
}

import type { OrganisationId } from "../accounts/organisation.ts";
import type { Tx } from "../db/client.ts";
import { centsToMicros } from "../money.ts";
import { getMonthSpend, newestRunning, type RunView } from "../runs/lists.ts";
import { countListed } from "../sellers/lists.ts";
import { getSettings } from "../settings/settings.ts";

/** What the frame around every page shows. */
export interface Frame {
  sellers: number;
  /** The run that is going on, the newest one if there are several. */
  running: RunView | undefined;
  /** What all runs of this UTC month have spent; the cap is null where none is set. */
  spend: { spentMicros: number; capMicros: number | null; warnPercent: number };
  now: Date;
}

export async function getFrame(tx: Tx, orgId: OrganisationId, now: Date): Promise<Frame> {
  const [sellers, running, month, settings] = await Promise.all([
    countListed(tx),
    newestRunning(tx),
    getMonthSpend(tx, orgId, now),
    getSettings(tx),
  ]);
  const { monthlyCapCents, softWarningPercent } = settings;
  const capMicros = monthlyCapCents === null ? null : centsToMicros(monthlyCapCents);
  return {
    sellers,
    running,
    spend: { spentMicros: month.spentMicros, capMicros, warnPercent: softWarningPercent },
    now,
  };
}

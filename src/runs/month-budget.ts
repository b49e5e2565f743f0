import type { Tx } from "../db/client.ts";
import type { OrganisationId } from "../ids.ts";
import { centsToMicros, monthOf } from "../money.ts";
import { getSettings } from "../settings/settings.ts";
import { getMonthSpend } from "./lists.ts";
import { type CostStatus, costStatus, warningThresholdMicros } from "./pace.ts";

/** What all runs of a UTC month may spend, and did. Without a cap there is no limit, no rest and no warning. */
export interface MonthBudget {
  /** Its first day. */
  month: string;
  resetsAt: Date;
  capMicros: number | null;
  spentMicros: number;
  reservedMicros: number;
  leftMicros: number | null;
  warningMicros: number | null;
  costStatus: CostStatus;
}

export async function getMonthBudget(tx: Tx, orgId: OrganisationId, now: Date): Promise<MonthBudget> {
  const [settings, spend] = await Promise.all([getSettings(tx), getMonthSpend(tx, orgId, now)]);
  const { monthlyCapCents, softWarningPercent } = settings;
  const month = monthOf(now);
  const resetsAt = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1));
  if (monthlyCapCents === null) {
    const none = { capMicros: null, leftMicros: null, warningMicros: null, costStatus: "safe" } as const;
    return { month, resetsAt, ...spend, ...none };
  }
  const budgetCapMicros = centsToMicros(monthlyCapCents);
  const used = { ...spend, budgetCapMicros, softWarningPercent };
  return {
    month,
    resetsAt,
    ...spend,
    capMicros: budgetCapMicros,
    // The cap may have been lowered below what was spent.
    leftMicros: Math.max(0, budgetCapMicros - spend.spentMicros - spend.reservedMicros),
    warningMicros: warningThresholdMicros(used),
    costStatus: costStatus(used),
  };
}

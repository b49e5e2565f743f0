import { type Sql, withOrganisation } from "../db/client.ts";
import type { OrganisationId } from "../ids.ts";
import { getSettings } from "../settings/settings.ts";
import { listOrganisations } from "./queries.ts";

/** How long, and how much of it, an organisation keeps. */
export interface Limits {
  orgId: OrganisationId;
  /** What was stored before this is too old, in milliseconds. */
  oldest: number;
  bytes: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const BYTES_PER_MB = 1024 * 1024;

export async function readLimits(sql: Sql, now: Date): Promise<Limits[]> {
  const limits: Limits[] = [];
  for (const orgId of await listOrganisations(sql)) {
    const { rawRetentionDays, rawRetentionMb } = await withOrganisation(sql, orgId, getSettings);
    const oldest = now.getTime() - rawRetentionDays * DAY_MS;
    limits.push({ orgId, oldest, bytes: rawRetentionMb * BYTES_PER_MB });
  }
  return limits;
}

/** A file that nobody writes any more after this long: its process has died. */
export const unfinishedBefore = (now: Date): number => now.getTime() - DAY_MS;

import type { Clock } from "../clock.ts";
import { type Sql, withOrganisation } from "../db/client.ts";
import type { Log } from "../log.ts";
import { listOrganisations } from "../retention/queries.ts";
import { TRIMMED_AT_ONCE, trimActivityOfAll } from "./queries.ts";

const EVERY_MS = 5 * 60_000;

export interface Trimming {
  sql: Sql;
  clock: Clock;
  log: Log;
}

/** Keeps the events of runs within their bounds: now, and every five minutes. `stop` waits for the pass under way. */
export function startTrimming(trimming: Trimming): { stop(): Promise<void> } {
  const ending = new AbortController();
  const done = repeat(trimming, ending.signal);
  return {
    async stop() {
      ending.abort();
      await done;
    },
  };
}

async function repeat(trimming: Trimming, signal: AbortSignal): Promise<void> {
  const { clock, log } = trimming;
  while (!signal.aborted) {
    await trimAll(trimming, signal).catch((error) => log.warn({ err: error }, "events could not be trimmed"));
    await clock.sleep(EVERY_MS, signal);
  }
}

async function trimAll({ sql, clock }: Trimming, signal: AbortSignal): Promise<void> {
  for (const orgId of await listOrganisations(sql)) {
    let deleted = TRIMMED_AT_ONCE;
    while (deleted >= TRIMMED_AT_ONCE && !signal.aborted) {
      deleted = await withOrganisation(sql, orgId, (tx) => trimActivityOfAll(tx, clock.now()));
    }
  }
}

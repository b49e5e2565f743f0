import pino from "pino";
import { FIRST_ORGANISATION } from "../src/accounts/organisation.ts";
import { type Sql, withOrganisation } from "../src/db/client.ts";
import { createOxylabs } from "../src/providers/oxylabs/client.ts";
import { patchSettings } from "../src/settings/settings.ts";
import { newRun, things, work } from "../src/testing/engine.ts";
import { openEngine } from "../src/worker/engine.ts";
import type { Meter } from "./meter.ts";
import type { Plan } from "./plan.ts";

/** The whole engine: claims, ledger, stored answers, reading, evidence, history. */
export async function ourEngine(plan: Plan, baseUrl: string, sql: Sql, dataDir: string, meter: Meter): Promise<void> {
  const provider = createOxylabs({ baseUrl, username: "sandbox", password: "sandbox" });
  const log = pino({ level: "silent" });
  await using engine = await openEngine(
    { sql, orgId: FIRST_ORGANISATION, provider, accountKey: "bench", log, dataDir },
    "collect",
  );
  await withOrganisation(sql, FIRST_ORGANISATION, (tx) => patchSettings(tx, { query_cache_hours: 0 }));
  const { workers, searches } = plan;
  const run = await newRun(sql, things(searches), { workers, pagesPerProduct: 1, budgetCapMicros: 1_000_000_000 });
  meter.start();
  const { run: ended } = await work(engine, run, { onProgress: (_, results) => meter.add(results.length) });
  if (ended.status !== "completed" || ended.calls !== searches) throw new Error(JSON.stringify(ended));
}

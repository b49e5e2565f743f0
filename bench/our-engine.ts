import { join } from "node:path";
import pino from "pino";
import { FIRST_ORGANISATION } from "../src/accounts/organisation.ts";
import { systemClock } from "../src/clock.ts";
import { createRawStore } from "../src/collector/raw-store.ts";
import { startReadingThread } from "../src/collector/reading/reading-thread.ts";
import type { Sql } from "../src/db/client.ts";
import { createOxylabs } from "../src/providers/oxylabs/client.ts";
import { newRun, things, work } from "../src/testing/engine.ts";
import type { Meter } from "./meter.ts";
import type { Plan } from "./plan.ts";

/** The whole engine: claims, ledger, stored answers, reading, evidence, history. */
export async function ourEngine(plan: Plan, baseUrl: string, sql: Sql, dataDir: string, meter: Meter): Promise<void> {
  const provider = createOxylabs({ baseUrl, username: "sandbox", password: "sandbox" });
  const directory = join(dataDir, "raw");
  await using desk = startReadingThread({ provider: provider.name, directory });
  const engine = {
    sql,
    orgId: FIRST_ORGANISATION,
    provider,
    rawStore: createRawStore(directory),
    desk,
    clock: systemClock,
    random: Math.random,
    log: pino({ level: "silent" }),
  };
  const { workers, searches } = plan;
  const run = await newRun(sql, things(searches), { workers, pagesPerProduct: 1, budgetCapMicros: 1_000_000_000 });
  meter.start();
  const { run: ended } = await work(engine, run, { onProgress: (_, results) => meter.add(results.length) });
  if (ended.status !== "completed" || ended.calls !== searches) throw new Error(JSON.stringify(ended));
}

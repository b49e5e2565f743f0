import { systemClock } from "../src/clock.ts";
import type { Sql } from "../src/db/client.ts";
import { createOxylabs } from "../src/providers/oxylabs/client.ts";
import { newRun, testEngine, things, work } from "../src/testing/engine.ts";
import type { Plan } from "./figures.ts";

/** The whole engine: claims, ledger, stored answers, reading, evidence, history. */
export async function ourEngine(plan: Plan, baseUrl: string, sql: Sql): Promise<void> {
  const provider = createOxylabs({ baseUrl, username: "sandbox", password: "sandbox" });
  const engine = await testEngine(sql, provider, { clock: systemClock, random: Math.random });
  const run = await newRun(sql, things(plan.searches), {
    workers: plan.workers,
    pagesPerProduct: 1,
    budgetCapMicros: 1_000_000_000,
  });
  const { run: ended } = await work(engine, run);
  if (ended.status !== "completed" || ended.calls !== plan.searches) throw new Error(JSON.stringify(ended));
}

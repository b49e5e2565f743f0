/**
 * One contestant in a process of its own, so that its CPU time and its memory are its own; started by `contest`:
 * `bun bench/contestant.ts bare|ours <plan as JSON> <sandbox URL>`. Prints its figures as one JSON line.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrate } from "../src/db/migrate.ts";
import { openDatabase } from "../src/db/open.ts";
import { bareLoop } from "./bare-loop.ts";
import { Meter } from "./meter.ts";
import { ourEngine } from "./our-engine.ts";
import { planSchema } from "./plan.ts";

const [who, planJson = "", url = ""] = process.argv.slice(2);
const plan = planSchema.parse(JSON.parse(planJson));
const dataDir = await mkdtemp(join(tmpdir(), "sellercollection-bench-"));
// The server that production uses, with all its care for the disk.
const database = await openDatabase({ dataDir });
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => void leave().then(() => process.exit(1)));
try {
  await migrate(database.sql);
  const meter = new Meter(plan, dataDir);
  if (who === "bare") await bareLoop(plan, url, database.sql, meter);
  else await ourEngine(plan, url, database.sql, dataDir, meter);
  console.log(JSON.stringify(meter.figures()));
} finally {
  await leave();
}

async function leave(): Promise<void> {
  await database.close();
  await rm(dataDir, { recursive: true, force: true });
}

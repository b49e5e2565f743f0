/**
 * How close a collection comes to the ideal time (calls x latency / workers), and what it costs in CPU and memory,
 * against the sandbox with real page sizes; beside it a bare Bun loop that reads and stores the same.
 *
 *   bun bench/collect-speed.ts [--searches 2000] [--workers 50] [--latency 200] [--bare]
 */
import { parseArgs } from "node:util";
import { bareLoop } from "./bare-loop.ts";
import { type Figures, measured, report } from "./figures.ts";
import { ourEngine } from "./our-engine.ts";
import { benchDatabase, sandboxProcess } from "./rig.ts";

const { values } = parseArgs({
  options: {
    searches: { type: "string", default: "2000" },
    workers: { type: "string", default: "5" },
    latency: { type: "string", default: "200" },
    only: { type: "string" },
  },
});
const plan = { searches: Number(values.searches), workers: Number(values.workers), latencyMs: Number(values.latency) };

await using sandbox = await sandboxProcess(plan.latencyMs);
await using database = await benchDatabase();
const contestants: [string, () => Promise<void>][] = [
  ["bare Bun loop, reads and stores", () => bareLoop(plan, sandbox.url, database.sql)],
  ["SellerCollection", () => ourEngine(plan, sandbox.url, database.sql)],
];
const figures: Figures[] = [];
for (const [name, run] of contestants) {
  if (values.only && !name.includes(values.only)) continue;
  figures.push(await measured(name, plan, run));
}
report(plan, figures);

/**
 * How close a collection comes to the ideal time (calls x latency / workers), and what it costs in CPU and memory,
 * against the sandbox with real page sizes; beside it a bare Bun loop that reads and stores the same.
 *
 *   bun bench/collect-speed.ts [--searches 2000] [--workers 50] [--latency 200] [--rounds 1] [--only bare|ours]
 *
 * Each contestant is a process of its own, and so are the sandbox and the database (as in production, with fsync).
 */
import { parseArgs } from "node:util";
import { amount, contest, contestants } from "./contest.ts";
import type { Figures } from "./plan.ts";

const { values } = parseArgs({
  options: {
    searches: { type: "string" },
    workers: { type: "string" },
    latency: { type: "string" },
    rounds: { type: "string" },
    only: { type: "string" },
  },
});
const plan = {
  searches: amount(values.searches, 2000),
  workers: amount(values.workers, 50),
  latencyMs: amount(values.latency, 200),
};
const chosen = contestants(values.only);
console.log(`${plan.searches} searches, ${plan.workers} workers, ${plan.latencyMs} ms each`);
// Turn and turn about: what else the machine does meets all of them.
for (let round = 1; round <= amount(values.rounds, 1); round++) {
  const all: [string, Figures][] = [];
  for (const who of chosen) all.push([who, await contest(who, plan)]);
  console.table(Object.fromEntries(all.map(([who, figures]) => [who, row(figures)])));
  const [bare, ours] = all.map(([, figures]) => figures.ofIdeal);
  if (bare && ours) console.log(`ours / bare: ${(ours / bare).toFixed(2)}`);
}

function row({ ofIdeal, cpuSecondsPer1000, databaseSecondsPer1000, peakMb }: Figures) {
  return {
    "x ideal": ofIdeal.toFixed(2),
    "CPU s per 1,000": cpuSecondsPer1000.toFixed(1),
    "of the database": databaseSecondsPer1000.toFixed(1),
    "peak MB": peakMb,
  };
}

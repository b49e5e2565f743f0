/**
 * Whether memory stays flat in a long run: what the process holds along runs of 1,000 and 10,000 searches, and at most.
 *
 *   bun bench/memory.ts [--searches 1000,10000] [--workers 50] [--latency 200]
 */
import { parseArgs } from "node:util";
import { amount, contest } from "./contest.ts";

const { values } = parseArgs({
  options: {
    searches: { type: "string", default: "1000,10000" },
    workers: { type: "string" },
    latency: { type: "string" },
  },
});
for (const searches of values.searches.split(",").map((text) => amount(text, 1000))) {
  const plan = { searches, workers: amount(values.workers, 50), latencyMs: amount(values.latency, 200) };
  const { residentMb, peakMb } = await contest("ours", plan);
  console.log(`${searches} searches: at most ${peakMb} MB; after each tenth ${residentMb.join(", ")} MB`);
}

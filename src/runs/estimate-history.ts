import type { Tx } from "../db/client.ts";
import { type Estimate, type EstimateInput, estimate } from "./estimate.ts";
import { listPast } from "./past-queries.ts";

/** What the selection will cost, going by the organisation's last completed runs where they tell. */
export async function estimateFor(tx: Tx, input: EstimateInput): Promise<Estimate> {
  return estimate(input, await listPast(tx, input.categoryIds));
}

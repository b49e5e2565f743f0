import type { Tx } from "../db/client.ts";
import { expectedCost } from "./create-run.ts";
import type { Estimate } from "./estimate.ts";
import type { RunRequest } from "./list-request.ts";
import { toRequest } from "./make-run.ts";

/**
 * What the requested run would cost under the settings and going by earlier runs.
 * @throws InvalidError when the selection is empty, double or names an unknown category.
 */
export async function estimateRequest(tx: Tx, request: RunRequest): Promise<Estimate> {
  return expectedCost(tx, await toRequest(tx, request));
}

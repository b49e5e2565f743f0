import type { Tx } from "../db/client.ts";
import type { categoryVerifications } from "./schema.ts";

type Verification = typeof categoryVerifications.$inferSelect;

/** What the provider answered for each category when it was last asked. */
export function listVerifications(tx: Tx): Promise<Verification[]> {
  return tx<Verification[]>`select * from category_verifications`;
}

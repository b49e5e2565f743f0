import { type Sql, withOrganisation } from "../db/client.ts";
import type { Provider } from "../providers/provider.ts";
import type { Run } from "../runs/queries.ts";
import type { CallResult, Intent } from "./call.ts";
import { questionOf, resultOf } from "./paid-call.ts";
import { adoptOpenCalls, type Owner } from "./queries.ts";
import type { RawStore } from "./raw-store.ts";
import { readAnswer } from "./reading/reading.ts";
import { type Moment, possiblyBilled } from "./stages/outcome.ts";

/**
 * What a former owner of the run left open when it died. An answer that was stored is read now and costs nothing more;
 * a call without one may have been billed: it counts as spent, and its item will be bought again.
 */
export async function recoverOpenCalls(
  { sql, owner, provider, rawStore, run }: Recovery,
  moment: Moment,
): Promise<CallResult[]> {
  const open = await withOrganisation(sql, owner.orgId, (tx) => adoptOpenCalls(tx, owner));
  return Promise.all(open.map((intent) => recover(intent, run, provider, rawStore, moment)));
}

export interface Recovery {
  sql: Sql;
  owner: Owner;
  run: Run;
  provider: Provider;
  rawStore: RawStore;
}

async function recover(intent: Intent, run: Run, provider: Provider, rawStore: RawStore, moment: Moment) {
  const stored = await rawStore.read(intent.runId, intent.callId);
  if (!stored) return possiblyBilled(intent, "Its process ended before the answer was stored.");
  const receipt = { httpStatus: 200, durationMs: null, bytes: stored.body.byteLength, rawSha256: stored.sha256 };
  return resultOf(run, intent, readAnswer(provider, questionOf(intent), stored.body), receipt, moment);
}

import type { AnswerReaders } from "../providers/provider.ts";
import type { Run } from "../runs/queries.ts";
import type { CallResult, Intent } from "./call.ts";
import { questionOf, resultOf } from "./paid-call.ts";
import type { RawStore } from "./raw-store.ts";
import { readAnswer } from "./reading/reading.ts";
import { type Moment, notSent, possiblyBilled } from "./stages/outcome.ts";

/**
 * What dead lanes left open. An answer that was stored is read now and costs nothing more; a call without one may have
 * been billed: it counts as spent, and its item will be bought again.
 */
export async function recoverOpenCalls(
  open: readonly Intent[],
  { run, provider, rawStore, moment }: Recovery,
): Promise<CallResult[]> {
  const results: CallResult[] = [];
  // One after the other: a hundred answers at once would take a hundred megabytes.
  for (const intent of open) results.push(await recover(intent, run, provider, rawStore, moment));
  return results;
}

export interface Recovery {
  run: Run;
  provider: AnswerReaders;
  rawStore: RawStore;
  moment: Moment;
}

async function recover(intent: Intent, run: Run, provider: AnswerReaders, rawStore: RawStore, moment: Moment) {
  // It was to be answered from an earlier answer, and costs nothing either way.
  if (intent.cached) return notSent(intent);
  const stored = await rawStore.read(intent.runId, intent.callId);
  if (!stored) return possiblyBilled(intent, "Its process ended before the answer was stored.");
  const receipt = { httpStatus: 200, durationMs: null, bytes: stored.body.byteLength, rawSha256: stored.sha256 };
  return resultOf(run, intent, readAnswer(provider, questionOf(intent), stored.body), receipt, moment);
}

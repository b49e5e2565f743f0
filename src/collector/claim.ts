import type { Clock } from "../clock.ts";
import { type Sql, type Tx, withOrganisation } from "../db/client.ts";
import { persist } from "../db/retry.ts";
import { newId } from "../ids.ts";
import { searchQuery, searchUrl } from "../marketplaces/ebay/search-url.ts";
import { monthOf } from "../money.ts";
import { lockRun, type Run } from "../runs/queries.ts";
import type { BudgetScope } from "../runs/status.ts";
import { type Asked, lookUpRequests, putBack } from "./cache-queries.ts";
import { type Intent, requestKey } from "./call.ts";
import {
  type ClaimedItem,
  claimItems,
  findWaiting,
  haveIntents,
  insertIntents,
  lockRoom,
  type Waiting,
} from "./claim-queries.ts";
import { type Owner, planAfresh } from "./queries.ts";

export type Claimed =
  | {
      kind: "intents";
      intents: Intent[];
      /** The cap that covers no more; other lanes may still give back what they have reserved. */
      shortOf: BudgetScope | undefined;
      othersReserved: boolean;
      waiting: Waiting | undefined;
      cacheHours: number;
    }
  /** The run is no longer running, or has another owner. */
  | { kind: "not_ours" };

export interface Claimer {
  sql: Sql;
  owner: Owner;
  run: Run;
  /** The provider's name: answers of another one are no answers. */
  provider: string;
  clock: Clock;
}

/** How long an item waits for an equal request that is under way. */
const EQUAL_REQUEST_DELAY_MS = 500;

/**
 * Takes up to `limit` items and buys the right to call for each: items, ledger rows and reservations are one
 * transaction, so a call costs no round trip of its own. Waits, for a while, for a database that went away.
 */
export function claim(claimer: Claimer, limit: number): Promise<Claimed> {
  const { sql, owner, clock } = claimer;
  let tried: Claimed | undefined;
  return persist(clock, async () => {
    // What a lost commit took is nobody else's to find: it is looked for before anything more is taken.
    if (tried?.kind === "intents" && (await wentThrough(sql, owner, tried.intents))) return tried;
    tried = undefined;
    return withOrganisation(sql, owner.orgId, async (tx) => {
      tried = await take(tx, claimer, limit);
      return tried;
    });
  });
}

async function wentThrough(sql: Sql, { orgId, runId }: Owner, intents: Intent[]): Promise<boolean> {
  const ids = intents.map((intent) => intent.callId);
  if (ids.length === 0) return false;
  return withOrganisation(sql, orgId, async (tx) => {
    // The lost transaction may still be on its way: then it holds the run's row until it is over.
    await lockRun(tx, runId);
    return haveIntents(tx, ids);
  });
}

async function take(tx: Tx, claimer: Claimer, limit: number): Promise<Claimed> {
  const { owner, run, clock } = claimer;
  const now = clock.now();
  const month = monthOf(now);
  await planAfresh(tx);
  const room = await lockRoom(tx, owner, month);
  if (room?.status !== "running") return { kind: "not_ours" };
  const { claimed, unaffordable } = await claimItems(tx, owner.runId, limit, room, now);
  const all = claimed.map((item) => intentOf(item, run));
  const intents = room.queryCacheHours > 0 ? await withoutRepeats(tx, claimer, all, room.queryCacheHours) : all;
  if (intents.length > 0 && !(await insertIntents(tx, owner, month, intents))) {
    throw new Error("the reservation was refused although its room was locked");
  }
  return {
    kind: "intents",
    intents,
    // Those that wait for an equal request have left their money for others.
    shortOf: unaffordable > 0 && intents.length === all.length ? room.scope : undefined,
    othersReserved: room.reservedMicros > 0,
    waiting: intents.length < limit ? await findWaiting(tx, owner.runId, now) : undefined,
    cacheHours: room.queryCacheHours,
  };
}

/** Answers what can be answered from an earlier answer; an equal request that is under way is waited for. */
async function withoutRepeats(
  tx: Tx,
  { owner, provider, clock }: Claimer,
  intents: Intent[],
  hours: number,
): Promise<Intent[]> {
  if (intents.length === 0) return [];
  const requestKeys = [...new Set(intents.map((intent) => intent.requestKey))];
  const asked = await lookUpRequests(tx, owner, { provider, requestKeys, hours });
  const known = new Map(asked.map((one) => [one.requestKey, one]));
  const taken = new Set<string>();
  const waiting: string[] = [];
  const kept = intents.flatMap((intent) => {
    const answered = fromCache(intent, known.get(intent.requestKey));
    if (answered.cached) return [answered];
    if (known.get(intent.requestKey)?.isOpen || taken.has(intent.requestKey)) {
      waiting.push(intent.itemId);
      return [];
    }
    taken.add(intent.requestKey);
    return [intent];
  });
  await putBack(tx, waiting, new Date(clock.now().getTime() + EQUAL_REQUEST_DELAY_MS));
  return kept;
}

function fromCache(intent: Intent, asked: Asked | undefined): Intent {
  if (!asked?.runId || !asked.callId) return intent;
  return { ...intent, cached: { runId: asked.runId, callId: asked.callId }, priceMicros: 0 };
}

function intentOf(item: ClaimedItem, run: Run): Intent {
  const page = item.data.type === "category" ? item.data.page : item.nextPage;
  return {
    callId: newId(),
    runId: run.id,
    itemId: item.id,
    kind: item.kind,
    externalId: item.externalId,
    categoryId: item.categoryId,
    page,
    attempts: item.attempts,
    priceMicros: item.priceMicros,
    requestKey: keyOf(item, run, page),
    data: item.data,
    worker: null,
    cached: null,
  };
}

function keyOf({ data, kind }: ClaimedItem, run: Run, page: number): string {
  if (data.type === "category") return requestKey(kind, data.nodeId, page);
  const query = searchQuery(
    { title: data.title, priceMicros: data.priceMicros ?? 0 },
    { minPercent: run.markupPercentMin, maxPercent: run.markupPercentMax },
  );
  return requestKey(kind, searchUrl(query, page), page);
}

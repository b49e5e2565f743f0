import type { Clock } from "../clock.ts";
import { type Sql, type Tx, withOrganisation } from "../db/client.ts";
import { isWorthRetrying } from "../db/connection.ts";
import { newId } from "../ids.ts";
import { searchQuery, searchUrl } from "../marketplaces/ebay/search-url.ts";
import type { Run } from "../runs/queries.ts";
import type { BudgetScope } from "../runs/status.ts";
import { type Intent, requestKey } from "./call.ts";
import {
  type ClaimedItem,
  claimItems,
  findWaiting,
  haveIntents,
  insertIntents,
  lockRoom,
  type Owner,
  planAfresh,
  type Waiting,
} from "./queries.ts";

export type Claimed =
  | { kind: "intents"; intents: Intent[]; shortOf: BudgetScope | undefined; waiting: Waiting | undefined }
  /** The run is no longer running, or has another owner. */
  | { kind: "not_ours" };

const RECONNECT_DELAY_MS = 250;
const GIVE_UP_AFTER_MS = 120_000;

/**
 * Takes up to `limit` items and buys the right to call for each: items, ledger rows and reservations are one
 * transaction, so a call costs no round trip of its own. Waits, for a while, for a database that went away.
 */
export async function claim(sql: Sql, owner: Owner, run: Run, limit: number, clock: Clock): Promise<Claimed> {
  const deadline = clock.monotonic() + GIVE_UP_AFTER_MS;
  let tried: Claimed | undefined;
  for (;;) {
    try {
      // What a lost commit took is nobody else's to find: it is looked for before anything more is taken.
      if (tried?.kind === "intents" && (await wentThrough(sql, owner, tried.intents))) return tried;
      tried = undefined;
      return await withOrganisation(sql, owner.orgId, async (tx) => {
        tried = await take(tx, owner, run, limit, clock.now());
        return tried;
      });
    } catch (error) {
      if (!isWorthRetrying(error) || clock.monotonic() > deadline) throw error;
      await clock.sleep(RECONNECT_DELAY_MS);
    }
  }
}

async function wentThrough(sql: Sql, { orgId }: Owner, intents: Intent[]): Promise<boolean> {
  const ids = intents.map((intent) => intent.callId);
  return ids.length > 0 && (await withOrganisation(sql, orgId, (tx) => haveIntents(tx, ids)));
}

async function take(tx: Tx, owner: Owner, run: Run, limit: number, now: Date): Promise<Claimed> {
  const month = `${now.toISOString().slice(0, 7)}-01`;
  await planAfresh(tx);
  const room = await lockRoom(tx, owner, month);
  if (room?.status !== "running") return { kind: "not_ours" };
  const { claimed, unaffordable } = await claimItems(tx, owner.runId, limit, room, now);
  const intents = claimed.map((item) => intentOf(item, run));
  if (intents.length > 0 && !(await insertIntents(tx, owner, month, intents))) {
    throw new Error("the reservation was refused although its room was locked");
  }
  const waiting = intents.length < limit ? await findWaiting(tx, owner.runId, now) : undefined;
  return { kind: "intents", intents, shortOf: unaffordable > 0 ? room.scope : undefined, waiting };
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

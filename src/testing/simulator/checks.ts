import type { Tx } from "../../db/client.ts";
import type { RunId } from "../../ids.ts";
import type { CallOutcome } from "../../runs/items.ts";
import { isFinal } from "../../runs/status.ts";
import type { Disk } from "./disk.ts";
import type { Marketplace } from "./marketplace.ts";
import type { RunPlan } from "./plan.ts";
import type { SimulatedProvider } from "./provider.ts";
import {
  type CallRow,
  type ItemRow,
  listCalls,
  listFound,
  listItems,
  listListed,
  listMiscounts,
  listWrongMonths,
  type Standing,
  sumBills,
} from "./world-queries.ts";

/** A run at rest holds nothing, and says what it waits for. */
export function checkRest(run: Standing, dearestMicros: number): string[] {
  const { status, pauseReason, reservedMicros, lanes, open } = run;
  const rests = isFinal(status) || status === "pending" || (status === "paused" && pauseReason !== null);
  const held = reservedMicros > 0 || lanes > 0 || open > 0;
  const room = run.budgetCapMicros - run.spentMicros;
  const couldGoOn = pauseReason === "budget" && run.budgetScope === "run" && room >= dearestMicros;
  return [
    ...(couldGoOn ? [`the run ${run.id} waits for money and has ${room} micros left`] : []),
    ...(rests ? [] : [`the run ${run.id} rests as ${status}`]),
    ...(held ? [`the ${status} run ${run.id} holds ${reservedMicros} micros, ${lanes} lanes, ${open} calls`] : []),
  ];
}

/** An ended run: its counters, its sellers and its calls, against the truth. */
export async function checkRun(
  tx: Tx,
  { id, status }: Standing,
  { pages }: RunPlan,
  market: Marketplace,
  disk: Disk,
): Promise<{ violations: string[]; sellers: string[] }> {
  const [items, calls, found] = [await listItems(tx, id), await listCalls(tx, id), await listFound(tx, id)];
  const sellers = items.flatMap((item) => sellersOf(item, pages, market));
  const violations = [
    ...(await listMiscounts(tx, id)),
    ...different(found, sellers, "sellers"),
    ...items.flatMap((item) => checkItem(item, status, pages, market)),
    ...checkProducts(items, market),
    ...checkAnswers(calls, disk, id),
  ];
  return { violations: violations.map((what) => `${what} (run ${id})`), sellers };
}

/** Over all runs: the list, the months, and the provider's own books. */
export async function checkBooks(
  tx: Tx,
  runIds: RunId[],
  { sellers, salt, provider, prices, isExact }: Books,
): Promise<string[]> {
  const { sureMicros, spentMicros } = await sumBills(tx, runIds);
  const { billed } = provider;
  const bill = billed.best_sellers * prices.best_sellers + billed.seller_search * prices.seller_search;
  const books = `sure ${sureMicros}, billed ${bill}, booked ${spentMicros}`;
  const isBracketed = sureMicros <= bill && bill <= spentMicros;
  const isEqual = sureMicros === bill && bill === spentMicros;
  return [
    ...(isBracketed ? [] : [`the books do not hold the bill: ${books}`]),
    ...(isEqual || !isExact ? [] : [`the books are not the bill: ${books}`]),
    ...(await listWrongMonths(tx, runIds)),
    ...different(await listListed(tx, salt), sellers, "the list"),
  ];
}

export interface Books {
  sellers: string[];
  salt: string;
  provider: SimulatedProvider;
  prices: { best_sellers: number; seller_search: number };
  /** Nothing happened that may leave a call's billing in doubt. */
  isExact: boolean;
}

/** Whom the pages show that the item has behind it. */
function sellersOf({ kind, title, status, nextPage }: ItemRow, pages: number, market: Marketplace): string[] {
  if (kind === "best_sellers" || title === null) return [];
  const done = status === "completed" ? lastPage(title, pages, market) : nextPage - 1;
  return market.sellersOf(title, done);
}

const lastPage = (title: string, pages: number, market: Marketplace): number =>
  Math.max(1, Math.min(pages, market.pagesOf(title)));

function checkItem(item: ItemRow, run: Standing["status"], pages: number, market: Marketplace): string[] {
  const { kind, title, status, nextPage, externalId } = item;
  if (status === "pending" || status === "processing") return [`the item ${externalId} of a ${run} run is ${status}`];
  if (kind === "best_sellers" || title === null || status !== "completed") return [];
  const last = lastPage(title, pages, market);
  return nextPage === last ? [] : [`the item ${externalId} is completed after ${nextPage} of ${last} pages`];
}

/** Products are those of the categories that were read. */
function checkProducts(items: ItemRow[], market: Marketplace): string[] {
  const read = items.filter(({ kind, status }) => kind === "best_sellers" && status === "completed");
  if (!items.some(({ kind }) => kind === "best_sellers")) return [];
  const expected = read.flatMap(({ nodeId, page }) => market.bestSellers(nodeId ?? "", page ?? 1).products);
  const products = items.filter(({ kind }) => kind === "seller_search").map(({ externalId }) => externalId);
  const asins = expected.map(({ asin }) => asin);
  return different(products, asins, "products");
}

const GOOD: readonly (CallOutcome | null)[] = ["ok", "no_results", "cached"];

/** Each page is had once, and no answer that was kept is paid for again. */
function checkAnswers(calls: CallRow[], disk: Disk, runId: RunId): string[] {
  const good = calls.filter(({ outcome }) => GOOD.includes(outcome)).map(({ itemId, page }) => `${itemId}/${page}`);
  const twice = good.filter((page, index) => good.indexOf(page) !== index);
  const byId = new Map(calls.map((call) => [call.id, call]));
  const wasted = [...disk.answers].filter((answer) => {
    const call = byId.get(answer.callId);
    if (answer.runId !== runId || answer.by.wasGivenUp || !isGood(answer.body)) return false;
    const givenUpBefore = call?.settledAt && call.settledAt.getTime() <= answer.at;
    return !GOOD.includes(call?.outcome ?? null) && !givenUpBefore;
  });
  return [
    ...twice.map((page) => `the page ${page} was had twice`),
    ...wasted.map(({ callId }) => `the stored answer of ${callId} was not used: ${byId.get(callId)?.outcome}`),
  ];
}

function isGood(body: Uint8Array): boolean {
  const { page, fault } = JSON.parse(new TextDecoder().decode(body));
  return !fault && GOOD.includes(page.outcome);
}

function different(actual: string[], expected: string[], what: string): string[] {
  const [have, want] = [new Set(actual), new Set(expected)];
  const [missing, extra] = [[...want.difference(have)], [...have.difference(want)]];
  if (missing.length + extra.length === 0) return [];
  return [`${what}: missing ${missing.slice(0, 5).join(" ")}, too many ${extra.slice(0, 5).join(" ")}`];
}

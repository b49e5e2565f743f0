import type { BestSellersPage } from "../../marketplaces/amazon/best-sellers.ts";
import type { SearchPage } from "../../marketplaces/ebay/search-page.ts";
import type { ProviderError } from "../../providers/errors.ts";
import type { Answer, AnswerReaders, CategoryNode } from "../../providers/provider.ts";
import type { RawStore } from "../raw-store.ts";

/** What an answer answers: a category's best sellers, or a search. */
export type Question = { kind: "best_sellers"; category: CategoryNode } | { kind: "seller_search" };

export type Reading =
  | { kind: "best_sellers"; page: BestSellersPage }
  | { kind: "seller_search"; page: SearchPage }
  | { kind: "fault"; error: ProviderError };

/** The answer of one call, to be kept and read. */
export interface Delivery {
  runId: string;
  callId: string;
  question: Question;
  body: Uint8Array;
}

/** `kept` says under which checksum, or why not. */
export interface Received {
  kept: { sha256: string } | { error: Error };
  reading: Reading;
}

/** Keeps answers, then reads them; one that cannot be kept is read all the same. Takes the body away from its sender. */
export interface Desk {
  receive(delivery: Delivery): Promise<Received>;
}

/** Reads an answer. Costs nothing and can be repeated. */
export function readAnswer(readers: AnswerReaders, question: Question, body: Uint8Array): Reading {
  if (question.kind === "best_sellers") {
    return readingOf(readers.readBestSellers(body, question.category), (page) => ({ kind: "best_sellers", page }));
  }
  return readingOf(readers.readSearch(body), (page) => ({ kind: "seller_search", page }));
}

function readingOf<Page>(answer: Answer<Page>, wrap: (page: Page) => Reading): Reading {
  return answer.kind === "fault" ? answer : wrap(answer.page);
}

/** A desk in this thread. */
export function openDesk(rawStore: RawStore, readers: AnswerReaders): Desk {
  return {
    async receive({ runId, callId, question, body }) {
      const kept = await rawStore.write(runId, callId, body).catch((error) => ({ error: toError(error) }));
      return { kept, reading: readAnswer(readers, question, body) };
    },
  };
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** What of an answer goes to another thread without being copied. */
export function transferable({ buffer }: Uint8Array): ArrayBuffer[] {
  return buffer instanceof ArrayBuffer ? [buffer] : [];
}

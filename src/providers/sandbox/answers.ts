import type { Fault } from "./conditions.ts";
import { Filler, jsonEscaped } from "./filler.ts";
import type { Marketplace } from "./marketplace.ts";
import { AMAZON_CHALLENGE, CHALLENGE_PAGE, ERROR_PAGE } from "./other-pages.ts";
import { BEST_SELLER_PAGES } from "./products.ts";
import type { QueryRequest } from "./query-request.ts";
import { type PageParts, renderResultPage } from "./render-ebay.ts";
import { composeResultPage, type StyleWishes } from "./result-page.ts";
import { getSearchRequest, readSearchUrl } from "./search-request.ts";
import { bestSellersContent, frameAnswer, type Job } from "./wire.ts";

export interface AnswerWishes extends StyleWishes {
  pageBytes: number;
}

/** Share of the filler that stands before the list, as in real pages. */
const BEFORE_LIST = 0.6;
const SHORT_PAGE_BYTES = 13_000;

/** Writes whole answers as bytes; only what belongs to the question is rendered anew. */
export class AnswerWriter {
  readonly #marketplace: Marketplace;
  #filler: Filler;
  #fillerSize: number;

  constructor(marketplace: Marketplace, pageBytes: number) {
    this.#marketplace = marketplace;
    this.#fillerSize = pageBytes;
    this.#filler = new Filler(marketplace.seed, pageBytes);
  }

  /** Whether the provider can do such a job at all; what it cannot do, it does not bill. */
  isPossible({ source, subject, page, renders }: QueryRequest): boolean {
    if (!renders) return false;
    return source === "universal" ? readSearchUrl(subject) !== undefined : page <= BEST_SELLER_PAGES;
  }

  /** A job that came to nothing: status 613 inside an answer that is otherwise fine. */
  writeFaulted(job: Job): Buffer<ArrayBuffer> {
    const { before, after } = frameAnswer(job, { status: 613, type: "raw" });
    return Buffer.from(`${before}""${after}`);
  }

  /** The answer to a possible job, or the useless page that the fault calls for. */
  write(job: Job, fault: Fault | undefined, wishes: AnswerWishes): Buffer<ArrayBuffer> {
    return job.query.source === "universal" ? this.#search(job, fault, wishes) : this.#bestSellers(job, fault);
  }

  #bestSellers(job: Job, fault: Fault | undefined): Buffer<ArrayBuffer> {
    const { subject, page } = job.query;
    if (fault === "blocked") return writeContent(job, "raw", AMAZON_CHALLENGE);
    if (fault === "unreadable") return writeContent(job, "parsed", { parse_status_code: 12002 });
    const answer = this.#marketplace.bestSellers(subject, page);
    return writeContent(job, "parsed", bestSellersContent(job.query, answer));
  }

  #search(job: Job, fault: Fault | undefined, wishes: AnswerWishes): Buffer<ArrayBuffer> {
    if (fault === "blocked") return this.#page(job, CHALLENGE_PAGE, SHORT_PAGE_BYTES);
    if (fault === "unreadable") return this.#page(job, ERROR_PAGE, wishes.pageBytes);
    const request = getSearchRequest(job.query.subject);
    const view = fault === "grid" ? "grid" : wishes.view;
    const page = composeResultPage(this.#marketplace, request, { ...wishes, view });
    return this.#page(job, renderResultPage(page), wishes.pageBytes);
  }

  #page(job: Job, parts: PageParts, size: number): Buffer<ArrayBuffer> {
    const { before, after } = frameAnswer(job, { status: 200, type: "raw" });
    const head = Buffer.from(`${before}"${jsonEscaped(parts.head)}`);
    const body = Buffer.from(jsonEscaped(parts.body));
    const end = Buffer.from(`${jsonEscaped(parts.end)}"${after}`);
    const missing = Math.max(0, size - head.length - body.length - end.length);
    const filler = this.#fillerOf(missing);
    const [above, below] = [Math.floor(missing * BEFORE_LIST), Math.floor(missing * (1 - BEFORE_LIST))];
    const variant = body.length;
    return Buffer.concat([head, filler.slice(above, variant), body, filler.slice(below, variant + 1), end]);
  }

  /** Grows when longer pages are asked for at run time. */
  #fillerOf(size: number): Filler {
    if (size > this.#fillerSize) {
      this.#fillerSize = size;
      this.#filler = new Filler(this.#marketplace.seed, size);
    }
    return this.#filler;
  }
}

function writeContent(job: Job, type: "raw" | "parsed", content: unknown): Buffer<ArrayBuffer> {
  const { before, after } = frameAnswer(job, { status: 200, type });
  return Buffer.from(before + JSON.stringify(content) + after);
}

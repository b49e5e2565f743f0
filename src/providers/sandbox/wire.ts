import type { BestSellersAnswer } from "./marketplace.ts";
import type { MarketPrice } from "./products.ts";
import type { QueryRequest } from "./query-request.ts";
import { formatAmount } from "./wording.ts";

export interface Job {
  id: string;
  query: QueryRequest;
  createdAt: Date;
  updatedAt: Date;
}

type Json = Record<string, unknown>;

/** What stands before and behind the content of an answer with one result. */
export function frameAnswer(
  job: Job,
  entry: { status: number; type: "raw" | "parsed" },
): { before: string; after: string } {
  const { query, createdAt, updatedAt } = job;
  const rest: Json = {
    created_at: wireTime(createdAt),
    updated_at: wireTime(updatedAt),
    page: query.page,
    url: addressOf(query),
    job_id: job.id,
    is_render_forced: false,
    status_code: entry.status,
    type: entry.type,
    parser_type: "",
    parser_preset: null,
    _request: { cookies: [], headers: {} },
    _response: { cookies: [], headers: {} },
    session_info: { id: null, expires_at: null, remaining: null },
  };
  const status = entry.status === 200 ? "done" : "faulted";
  return {
    before: '{"results":[{"content":',
    after: `,${JSON.stringify(rest).slice(1)}],"job":${JSON.stringify(jobObject(job, status))}}`,
  };
}

/** The parsed content of a best sellers page, in the provider's field names. */
export function bestSellersContent(query: QueryRequest, answer: BestSellersAnswer): Json {
  return {
    url: addressOf(query),
    page: query.page,
    pages: answer.pages,
    query: query.subject,
    ...(answer.kind === "unknown_category" && { title: "Amazon Best Sellers: Best undefined" }),
    results: answer.products.map(({ rank, asin, title, price, rating }) => ({
      pos: rank,
      url: `/${title.split(/\W+/).slice(0, 5).join("-")}/dp/${asin}/ref=zg_bs_${query.subject}_${rank}/000-0000000-0000000?psc=1`,
      asin,
      title,
      rating,
      currency: "USD",
      is_prime: false,
      ratings_count: 0,
      ...wirePrice(price),
    })),
    parse_status_code: 12000,
  };
}

/** The body of a refusal. */
export function problem(message: string, traceId: string): Json {
  return { message, instance: "/v1/queries", timestamp: new Date().toISOString(), trace_id: traceId };
}

/** UTC without saying so: "2026-09-24 20:04:44". */
const wireTime = (time: Date) => time.toISOString().slice(0, 19).replace("T", " ");

function wirePrice(price: MarketPrice): Json {
  const text = (cents: number) => `$${formatAmount(cents, [",", "."])}`;
  switch (price.kind) {
    case "none":
      return { price: 0, price_upper: 0, price_str: "" };
    case "number":
      return { price: price.cents / 100, price_upper: price.cents / 100, price_str: text(price.cents) };
    case "text":
      return { price: 0, price_upper: 0, price_str: text(price.cents) };
    case "range":
      return {
        price: price.cents / 100,
        price_upper: price.upToCents / 100,
        price_str: `${text(price.cents)} - ${text(price.upToCents)}`,
      };
  }
}

const addressOf = ({ source, subject, page }: QueryRequest) =>
  source === "universal" ? subject : `https://www.amazon.com/Best-Sellers/zgbs/x/${subject}/?pg=${page}`;

function jobObject({ id, query, createdAt, updatedAt }: Job, status: string): Json {
  const { source, subject, page } = query;
  return {
    callback_url: null,
    client_id: 100000,
    created_at: wireTime(createdAt),
    domain: "com",
    id,
    pages: 1,
    parse: source !== "universal",
    query: source === "universal" ? "" : subject,
    url: source === "universal" ? subject : null,
    source,
    start_page: page,
    status,
    updated_at: wireTime(updatedAt),
    statuses: [],
    _links: [{ rel: "self", href: `http://data.oxylabs.io/v1/queries/${id}`, method: "GET" }],
  };
}

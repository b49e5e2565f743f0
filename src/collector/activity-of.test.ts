import { describe, expect, test } from "bun:test";
import type { RunId } from "../ids.ts";
import type { CallOutcome, ItemStatus } from "../runs/items.ts";
import type { FoundListing } from "../sellers/found-listing.ts";
import { activityOf } from "./activity-of.ts";
import type { CallResult, Intent, Settlement } from "./call.ts";

const bottle = {
  type: "product",
  asin: "B000000001",
  title: "Steel bottle, 24 oz",
  priceMicros: 25_000_000,
  currency: "USD",
  rank: 1,
  rating: 4.5,
  url: null,
  category: null,
} as const;
const bedding = { type: "category", categoryId: "x", name: "Bedding", nodeId: "1063252", page: 1 } as const;

const intentOf = (data: Intent["data"]): Intent => ({
  callId: "call",
  runId: "run" as RunId,
  itemId: "item",
  kind: data.type === "category" ? "best_sellers" : "seller_search",
  externalId: "B000000001",
  categoryId: "pet-supplies--dogs",
  page: 2,
  attempts: 1,
  priceMicros: 1350,
  requestKey: "key",
  worker: null,
  cached: null,
  data,
});

interface Given {
  outcome?: CallOutcome;
  status?: ItemStatus;
  data?: Intent["data"];
  sellers?: string[];
  settlement?: Partial<Settlement>;
  stepMessage?: string;
}

function resultOf({ outcome = "ok", status = "completed", data = bottle, sellers = [], ...more }: Given): CallResult {
  const receipt = { httpStatus: 200, durationMs: 210, bytes: 9, rawSha256: null, errorMessage: null };
  const step = { nextPage: 2, attempts: 0, notBefore: null, errorCode: null, errorMessage: more.stepMessage ?? null };
  const listings = sellers.map((name) => ({ normalizedName: name, counted: true }) as FoundListing);
  return {
    intent: intentOf(data),
    settlement: { ...receipt, outcome, billing: "billed", ...more.settlement },
    step: { status, ...step },
    products: [],
    listings,
  };
}

const tell = (given: Given, added = 0) =>
  activityOf([resultOf(given)], {
    run: { markupPercentMin: 80, markupPercentMax: 120 },
    newSellersByCall: new Map(added > 0 ? [["call", added]] : []),
    workerOf: () => 3,
  });

test("a search tells what was asked, what it took and cost, and who was new", () => {
  const [found, inserted, ...more] = tell({ sellers: ["a", "b", "b"] }, 1);
  expect(more).toEqual([]);
  expect(found).toEqual({
    workerId: 3,
    phase: "ebay",
    action: "found",
    details: {
      category: "Dogs",
      product_name: "Steel bottle, 24 oz",
      url: expect.stringContaining("_nkw=Steel+bottle%2C+24+oz"),
      price_min: 45,
      price_max: 55,
      page: 2,
      attempt: 2,
      duration_ms: 210,
      items_count: 3,
      cost_micros: 1350,
    },
  });
  expect(inserted?.action).toBe("inserted");
  expect(inserted?.details).toMatchObject({ items_count: 2, new_sellers_count: 1 });
});

test("sellers that were all known are told as such, and a page without sellers says nothing of them", () => {
  expect(tell({ sellers: ["a"] }).map((event) => event.action)).toEqual(["found", "deduped"]);
  expect(tell({ outcome: "no_results" }).map((event) => event.action)).toEqual(["found"]);
});

test("a page of best sellers names its category and node", () => {
  const [event] = tell({ data: bedding });
  expect(event).toMatchObject({ phase: "amazon", action: "found", details: { category: "Dogs", items_count: 0 } });
  expect(event?.details.url).toContain("1063252");
  expect(event?.details.product_name).toBeUndefined();
});

test("a call that was never sent is not told, and one from the cache is told without a cost", () => {
  expect(tell({ outcome: "not_sent", settlement: { billing: "not_billed" } })).toEqual([]);
  const [event] = tell({ outcome: "ok", settlement: { billing: "not_billed" } });
  expect(event?.details.cost_micros).toBeUndefined();
});

describe("a call that brought no page tells why", () => {
  const cases: [CallOutcome, ItemStatus, string, string][] = [
    ["rate_limit", "pending", "rate_limited", "rate_limit"],
    ["timeout", "pending", "retrying", "timeout"],
    ["timeout", "failed", "error", "timeout"],
    ["network", "pending", "retrying", "http_error"],
    ["provider_fault", "pending", "retrying", "http_error"],
    ["bad_request", "failed", "error", "http_error"],
    ["credentials", "pending", "error", "http_error"],
    ["quota", "pending", "error", "http_error"],
    ["unreadable", "pending", "retrying", "parse_error"],
    ["wrong_category", "failed", "error", "parse_error"],
    ["blocked", "pending", "retrying", "blocked"],
    ["no_sellers_shown", "failed", "error", "no_sellers_shown"],
    ["possibly_billed", "pending", "retrying", "timeout"],
  ];
  for (const [outcome, status, action, error_type] of cases) {
    test(`${outcome}, then ${status}: ${action}`, () => {
      const events = tell({ outcome, status, stepMessage: "Why." });
      expect(events.map((event) => event.action as string)).toEqual([action]);
      expect(events[0]?.details).toMatchObject({ error_type, error_message: "Why." });
      expect(events[0]?.details.items_count).toBeUndefined();
    });
  }
});

test("a long message is cut, never through a character", () => {
  const [event] = tell({ outcome: "http_error", settlement: { errorMessage: "😀".repeat(1000) } });
  const message = event?.details.error_message ?? "";
  expect(message.length).toBeLessThanOrEqual(300);
  expect(message.isWellFormed()).toBe(true);
});

import { expect, test } from "bun:test";
import type { BestSellersPage } from "../marketplaces/amazon/best-sellers.ts";
import { CredentialsError, RetryableError } from "../providers/errors.ts";
import type { Answer, BestSellersSource } from "../providers/provider.ts";
import { collectable, getCategories } from "./catalog.ts";
import { type VerifyOptions, verificationCalls, verifyCatalog } from "./verify.ts";

const [headphones, camera, car] = [
  "electronics--headphones",
  "electronics--camera-photo",
  "electronics--car-electronics",
];
const categories = getCategories([
  "electronics--headphones",
  "electronics--camera-photo",
  "electronics--car-electronics",
]);
const signal = new AbortController().signal;
const page = (fields: Partial<BestSellersPage>): Answer<BestSellersPage> => ({
  kind: "page",
  page: { outcome: "ok", category: null, products: [], pages: 2, ...fields },
});
const fault = (error: RetryableError | CredentialsError) => ({ kind: "fault", error }) as const;
const limited = new RetryableError("slow down", { code: "rate_limit", billing: "not_billed" });
const refused = new CredentialsError("wrong password", { code: "credentials", billing: "not_billed" });

function sourceOf(answers: Answer<BestSellersPage>[], asked: string[] = []): BestSellersSource {
  return {
    bestSellers: async ({ nodeId }, number) => {
      asked.push(`${nodeId} page ${number}`);
      return { status: 200, body: new Uint8Array(), durationMs: 1 };
    },
    readBestSellers: () => answers.shift() ?? page({ outcome: "unreadable" }),
  };
}
const verify = (source: BestSellersSource, options: Partial<VerifyOptions> = {}) =>
  verifyCatalog(source, { signal, concurrency: 1, categories, ...options });

test("each node is asked for once, page 1, and its verdict told with the time", async () => {
  const asked: string[] = [];
  const now = new Date("2026-11-21T10:00:00Z");
  const answers = [page({ category: "Headphones & Earbuds" }), page({ outcome: "no_results" }), page({})];
  const results = await verify(sourceOf(answers, asked), { now: () => now });
  expect(asked).toEqual(["172541 page 1", "502394 page 1", "1077068 page 1"]);
  expect(results.map(({ category_id, verdict }) => [category_id, verdict])).toEqual([
    [headphones, "verified"],
    [camera, "empty"],
    [car, "verified"],
  ]);
  expect(results[0]).toMatchObject({ node_id: "172541", title: "Headphones & Earbuds", checked_at: now });
});

test("a billed page that is not the category's is told apart, by outcome or by its name", async () => {
  const answers = [page({ outcome: "wrong_category", category: "undefined" }), page({ category: "Oils & Fluids" })];
  const [unknown, renamed] = await verify(sourceOf(answers));
  expect(unknown).toMatchObject({ verdict: "wrong_category", title: "undefined" });
  expect(renamed).toMatchObject({ verdict: "wrong_category", detail: 'The page is called "Oils & Fluids".' });
});

test("a failed call is an error and is not repeated", async () => {
  const asked: string[] = [];
  const results = await verify(sourceOf([fault(limited), page({}), page({ outcome: "blocked" })], asked));
  expect(results.map(({ verdict }) => verdict)).toEqual(["error", "verified", "error"]);
  expect(results[0]?.detail).toBe("slow down");
  expect(asked).toHaveLength(3);
});

test("refused credentials end it at once, and what was paid for is recorded", async () => {
  const asked: string[] = [];
  const recorded: string[] = [];
  const source = sourceOf([page({}), fault(refused), page({})], asked);
  const onResult = ({ category_id }: { category_id: string }) => void recorded.push(category_id);
  await expect(verify(source, { onResult })).rejects.toThrow("wrong password");
  expect({ asked: asked.length, recorded }).toEqual({ asked: 2, recorded: [headphones ?? ""] });
});

test("calls that are under way when credentials are refused come home and are recorded", async () => {
  const recorded: string[] = [];
  const answers = new Map([
    ["172541", fault(refused)],
    ["502394", page({})],
  ]);
  const source: BestSellersSource = {
    bestSellers: async ({ nodeId }) => {
      if (nodeId !== "172541") await Promise.resolve().then(() => {});
      return { status: 200, body: new TextEncoder().encode(nodeId), durationMs: 1 };
    },
    readBestSellers: (body) => answers.get(new TextDecoder().decode(body)) ?? page({}),
  };
  const onResult = ({ category_id }: { category_id: string }) => void recorded.push(category_id);
  await expect(verify(source, { onResult, concurrency: 2 })).rejects.toThrow("wrong password");
  expect(recorded).toEqual([camera ?? ""]);
});

test("an abort stops it before the next call", async () => {
  const stop = new AbortController();
  const asked: string[] = [];
  const verifying = verify(sourceOf([], asked), {
    signal: stop.signal,
    onResult: () => stop.abort(new Error("enough")),
  });
  await expect(verifying).rejects.toThrow("enough");
  expect(asked).toHaveLength(1);
});

test("several lanes ask for every node once, and the number of calls is known before", async () => {
  const asked: string[] = [];
  const options = { signal, concurrency: 7 };
  const results = await verifyCatalog(
    sourceOf(
      collectable.map(() => page({})),
      asked,
    ),
    options,
  );
  expect(new Set(asked).size).toBe(collectable.length);
  expect([asked.length, results.length]).toEqual([verificationCalls(), verificationCalls()]);
});

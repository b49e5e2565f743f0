import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { searchUrl } from "../../src/marketplaces/ebay/search-url.ts";
import { type Billing, CredentialsError, ProviderError, RetryableError } from "../../src/providers/errors.ts";
import { checkProvider } from "../../src/providers/oxylabs/check.ts";
import { createOxylabs } from "../../src/providers/oxylabs/client.ts";
import type { OxylabsOptions } from "../../src/providers/oxylabs/connection.ts";
import { MAX_ANSWER_BYTES, type Provider } from "../../src/providers/provider.ts";
import { createRecorded } from "../../src/providers/recorded/recorded.ts";
import { FAULTS, type Fault } from "../../src/providers/sandbox/conditions.ts";
import { type Sandbox, startSandbox } from "../../src/providers/sandbox/server.ts";
import { startEndlessServer, startRawServer } from "./raw-server.ts";

const CATEGORY = { nodeId: "172541", marketplace: "US" } as const;
const QUERY = { keywords: "walnut desk lamp", priceMinMicros: 18_000_000, priceMaxMicros: 22_000_000 };
const CREDENTIALS = { username: "sandbox", password: "sandbox" };
const never = new AbortController().signal;

let sandbox: Sandbox;
let folder: string;

beforeAll(async () => {
  sandbox = startSandbox({ listingsPerProduct: { min: 80, max: 90 }, conditions: { pageBytes: 50_000 } });
  folder = await mkdtemp(join(tmpdir(), "conformance-"));
  await record(folder);
});
afterAll(async () => {
  await sandbox.stop();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  sandbox.setFaults({ rates: {}, failKeys: null, failFirst: null, latencyMs: 0 });
  sandbox.resetStats();
});

const oxylabs = (options: Partial<OxylabsOptions> = {}) =>
  createOxylabs({ ...CREDENTIALS, baseUrl: sandbox.url, timeoutMs: 5_000, ...options });

/** Stores what the sandbox answers, to be replayed. */
async function record(shelf: string): Promise<void> {
  const search = await oxylabs().search(QUERY, 1, never);
  const bestSellers = await oxylabs().bestSellers(CATEGORY, 1, never);
  await Bun.write(join(shelf, "search.json"), search.body);
  await Bun.write(join(shelf, "best-sellers.json.gz"), Bun.gzipSync(new Uint8Array(bestSellers.body)));
  const index = { [searchUrl(QUERY, 1)]: "search.json", [`${CATEGORY.nodeId}/1`]: "best-sellers.json.gz" };
  await Bun.write(join(shelf, "index.json"), JSON.stringify(index));
}

const PROVIDERS: Record<string, () => Provider> = {
  oxylabs: () => oxylabs(),
  recorded: () => createRecorded({ searches: folder, bestSellers: folder }),
};

describe.each(Object.keys(PROVIDERS))("%s", (name) => {
  const provider = () => (PROVIDERS[name] ?? oxylabs)();

  test("tells its name", () => {
    expect(String(provider().name)).toBe(name);
  });

  test("a search answers with bytes that read as a page with sellers", async () => {
    const fetched = await provider().search(QUERY, 1, never);
    const answer = provider().readSearch(fetched.body);
    expect(answer.kind === "page" && answer.page).toMatchObject({ outcome: "ok", hasNext: true });
    expect(answer.kind === "page" && answer.page.health.cardsWithSeller).toBeGreaterThan(50);
    expect(fetched.durationMs).toBeGreaterThan(0);
  });

  test("best sellers answer with bytes that read as 50 products of the category", async () => {
    const fetched = await provider().bestSellers(CATEGORY, 1, never);
    const answer = provider().readBestSellers(fetched.body, CATEGORY);
    expect(answer.kind === "page" && [answer.page.outcome, answer.page.products.length]).toEqual(["ok", 50]);
  });

  test("the page of another category is recognised", async () => {
    const { body } = await provider().bestSellers(CATEGORY, 1, never);
    const answer = provider().readBestSellers(body, { ...CATEGORY, nodeId: "999" });
    expect(answer.kind === "page" && answer.page.outcome).toBe("wrong_category");
  });

  test("reading an answer twice gives the same", async () => {
    const { body } = await provider().search(QUERY, 1, never);
    expect(provider().readSearch(body)).toEqual(provider().readSearch(body));
  });

  test("a call that is aborted before it begins ends with the caller's reason", async () => {
    const reason = { why: "paused" };
    const asked = provider().search(QUERY, 1, AbortSignal.abort(reason));
    expect(await asked.catch((error) => error)).toBe(reason);
    expect(sandbox.stats().calls).toBe(0);
  });

  test("an answer that breaks off is an unreadable page", async () => {
    const { body } = await provider().search(QUERY, 1, never);
    const answer = provider().readSearch(body.subarray(0, body.byteLength / 2));
    expect(answer.kind === "page" && answer.page.outcome).toBe("unreadable");
  });
});

describe("oxylabs against its sandbox", () => {
  test("an abort ends the call with the caller's reason, which is no error of the provider", async () => {
    sandbox.setFaults({ latencyMs: 60_000 });
    const abort = new AbortController();
    const asked = oxylabs().search(QUERY, 1, abort.signal);
    setTimeout(() => abort.abort("the run was paused"), 20);
    expect(await asked.catch((error) => error)).toBe("the run was paused");
  });

  test("wrong credentials are a CredentialsError, and cost nothing", async () => {
    const error = await errorOf(oxylabs({ password: "wrong" }));
    expect(error).toBeInstanceOf(CredentialsError);
    expect([error.billing, sandbox.stats().billed_calls]).toEqual(["not_billed", 0]);
  });

  test("a 429 uses up no attempt and hands on how long to wait", async () => {
    sandbox.setFaults({ failKeys: { pattern: ".", fault: "429" }, retryAfterSeconds: 3 });
    const error = await errorOf(oxylabs());
    sandbox.setFaults({ retryAfterSeconds: null });
    expect(error instanceof RetryableError && [error.usesAttempt, error.retryAfterMs]).toEqual([false, 3000]);
  });

  test("the page of an unknown node is delivered and billed, and is not the category's", async () => {
    const unknown = { ...CATEGORY, nodeId: "99912345" };
    const { body } = await oxylabs().bestSellers(unknown, 1, never);
    const answer = oxylabs().readBestSellers(body, unknown);
    expect(answer.kind === "page" && answer.page.outcome).toBe("wrong_category");
    expect(sandbox.stats().billed_calls).toBe(1);
  });

  test("a page of best sellers beyond the second is a failed job, not billed", async () => {
    const { body } = await oxylabs().bestSellers(CATEGORY, 3, never);
    const answer = oxylabs().readBestSellers(body, CATEGORY);
    expect(answer.kind === "fault" && [answer.error.status, answer.error.billing]).toEqual([613, "not_billed"]);
    expect(sandbox.stats().billed_calls).toBe(0);
  });

  test("the check of the account finds it in order, and buys nothing", async () => {
    expect(await checkProvider({ ...CREDENTIALS, baseUrl: sandbox.url })).toEqual({ ok: true });
    expect(await checkProvider({ ...CREDENTIALS, password: "wrong", baseUrl: sandbox.url })).toMatchObject({
      ok: false,
    });
    expect(sandbox.stats().billed_calls).toBe(0);
  });

  for (const fault of FAULTS) {
    test(`${fault}: what is booked agrees with what the provider charges`, async () => {
      sandbox.setFaults({ failKeys: { pattern: ".", fault }, slowBodyMs: 20_000 });
      const billing = await billingOf(oxylabs({ timeoutMs: 150 }));
      const charged = sandbox.stats().billed_calls;
      if (UNCERTAIN.includes(fault)) expect(billing).toBe("possibly_billed");
      else expect(billing).toBe(charged === 1 ? "billed" : "not_billed");
    });
  }
});

/** The faults after which nobody but the provider knows; all others are booked for certain. */
const UNCERTAIN: readonly Fault[] = ["408", "hang", "slow_body", "truncated_body"];

describe("oxylabs against broken servers", () => {
  test("an answer over the cap ends as too large, and is not taken in", async () => {
    using server = startEndlessServer();
    const before = process.memoryUsage().rss;
    const error = await errorOf(oxylabs({ baseUrl: server.url }));
    expect([error.name, error.code, error.billing]).toEqual(["PermanentError", "too_large", "possibly_billed"]);
    expect(process.memoryUsage().rss - before).toBeLessThan(10 * MAX_ANSWER_BYTES);
  });

  test("a call without an answer ends at the deadline, possibly billed", async () => {
    using server = startRawServer(() => {});
    const error = await errorOf(oxylabs({ baseUrl: server.url, timeoutMs: 60 }));
    expect([error.name, error.code, error.billing]).toEqual(["RetryableError", "timeout", "possibly_billed"]);
  });

  test("a connection that breaks after the request was sent is possibly billed", async () => {
    using server = startRawServer((socket) => socket.end());
    const error = await errorOf(oxylabs({ baseUrl: server.url }));
    expect([error.name, error.code, error.billing]).toEqual(["RetryableError", "network", "possibly_billed"]);
    expect(server.asked).toBe(1);
  });

  test("a server that is not there costs nothing", async () => {
    for (const baseUrl of ["http://127.0.0.1:1", "http://provider.invalid"]) {
      const error = await errorOf(oxylabs({ baseUrl }));
      expect([error.name, error.code, error.billing]).toEqual(["RetryableError", "network", "not_billed"]);
    }
  });
});

async function errorOf(provider: Provider): Promise<ProviderError> {
  const error = await provider.search(QUERY, 1, never).catch((thrown) => thrown);
  if (error instanceof ProviderError) return error;
  throw new Error("expected a ProviderError", { cause: error });
}

async function billingOf(provider: Provider): Promise<Billing> {
  try {
    const answer = provider.readSearch((await provider.search(QUERY, 1, never)).body);
    return answer.kind === "page" ? "billed" : answer.error.billing;
  } catch (error) {
    if (error instanceof ProviderError) return error.billing;
    throw error;
  }
}

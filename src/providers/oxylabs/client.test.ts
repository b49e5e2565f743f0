import { expect, test } from "bun:test";
import { ProviderError, RetryableError } from "../errors.ts";
import type { Fetch } from "../http.ts";
import { createOxylabs } from "./client.ts";
import type { OxylabsOptions } from "./connection.ts";

const CATEGORY = { nodeId: "172541", marketplace: "US" } as const;
const QUERY = { keywords: "desk lamp", priceMinMicros: 18_000_000, priceMaxMicros: 22_000_000 };
const SECRETS = { username: "alice-7731", password: "s3cr3t-päss" };
const never = new AbortController().signal;

const clientWith = (fetch: Fetch, options: Partial<OxylabsOptions> = {}) =>
  createOxylabs({ ...SECRETS, baseUrl: "https://provider.test", fetch, ...options });

const clientAnswering = (status: number, body: string | null, headers: Record<string, string> = {}) =>
  clientWith(async () => new Response(body, { status, headers }));

async function errorOf(client: ReturnType<typeof createOxylabs>): Promise<ProviderError> {
  const error = await client.search(QUERY, 1, never).catch((thrown) => thrown);
  if (error instanceof ProviderError) return error;
  throw new Error(`expected a ProviderError, got ${error}`);
}

async function sentBy(
  call: (client: ReturnType<typeof createOxylabs>) => Promise<unknown>,
  options: Partial<OxylabsOptions> = {},
) {
  const sent: { url: string; init: RequestInit }[] = [];
  const client = clientWith(async (url, init) => {
    sent.push({ url, init });
    return new Response("{}");
  }, options);
  await call(client);
  return sent.map(({ url, init }) => ({
    url,
    headers: new Headers(init.headers),
    body: JSON.parse(String(init.body)),
  }));
}

test("a page of best sellers is asked for by its node, parsed and rendered", async () => {
  const [sent] = await sentBy((client) => client.bestSellers(CATEGORY, 2, never));
  expect(sent?.body).toEqual({
    source: "amazon_bestsellers",
    domain: "com",
    locale: "en_US",
    geo_location: "90210",
    query: "172541",
    start_page: 2,
    pages: 1,
    render: "html",
    parse: true,
  });
});

test("a search is asked for by its eBay address, from the United States", async () => {
  const [sent] = await sentBy((client) => client.search(QUERY, 3, never));
  expect(sent?.body).toMatchObject({ source: "universal", render: "html", geo_location: "United States" });
  expect(sent?.body.url).toMatch(/^https:\/\/www\.ebay\.com\/sch\/i\.html\?.*_nkw=desk\+lamp.*_pgn=3/);
});

test("the credentials travel in the header, as UTF-8", async () => {
  const [sent] = await sentBy((client) => client.search(QUERY, 1, never));
  const expected = Buffer.from(`${SECRETS.username}:${SECRETS.password}`, "utf8").toString("base64");
  expect(sent?.headers.get("authorization")).toBe(`Basic ${expected}`);
});

test("the base address may carry a path, and loses credentials of its own", async () => {
  const urlWith = async (baseUrl: string) =>
    (await sentBy((client) => client.search(QUERY, 1, never), { baseUrl }))[0]?.url;
  expect(await urlWith("http://127.0.0.1:9/gateway/")).toBe("http://127.0.0.1:9/gateway/v1/queries");
  expect(await urlWith("https://a:b@provider.test?x=1")).toBe("https://provider.test/v1/queries");
});

test("status 200 brings the raw bytes, unread", async () => {
  const fetched = await clientAnswering(200, "not even JSON").search(QUERY, 1, never);
  expect(new TextDecoder().decode(fetched.body)).toBe("not even JSON");
  expect(fetched.status).toBe(200);
});

const STATUSES: [status: number, error: string][] = [
  [202, "RetryableError provider_fault possibly_billed"],
  [204, "RetryableError provider_fault possibly_billed"],
  [302, "RetryableError http_error not_billed"],
  [400, "PermanentError bad_request not_billed"],
  [401, "CredentialsError credentials not_billed"],
  [402, "QuotaError quota not_billed"],
  [403, "CredentialsError credentials not_billed"],
  [404, "RetryableError http_error not_billed"],
  [405, "RetryableError http_error not_billed"],
  [408, "RetryableError timeout possibly_billed"],
  [422, "PermanentError bad_request not_billed"],
  [429, "RetryableError rate_limit not_billed"],
  [500, "RetryableError http_error not_billed"],
  [502, "RetryableError http_error not_billed"],
  [503, "RetryableError http_error not_billed"],
  [524, "RetryableError timeout not_billed"],
];

for (const [status, expected] of STATUSES) {
  test(`status ${status} with an empty body is a ${expected}`, async () => {
    const error = await errorOf(clientAnswering(status, null));
    expect(`${error.name} ${error.code} ${error.billing}`).toBe(expected);
    expect(error.status).toBe(status);
  });
}

test("a 429 says how long to wait, when it does, and uses up no attempt", async () => {
  const error = await errorOf(clientAnswering(429, null, { "retry-after": "7" }));
  expect(error instanceof RetryableError && [error.retryAfterMs, error.usesAttempt]).toEqual([7000, false]);
  const silent = await errorOf(clientAnswering(429, null));
  expect(silent instanceof RetryableError && silent.retryAfterMs).toBeUndefined();
});

test("a 429 that speaks of the month's quota is no rate limit", async () => {
  const saying = (message: string) => errorOf(clientAnswering(429, JSON.stringify({ message })));
  expect((await saying("Monthly results limit reached.")).name).toBe("QuotaError");
  expect((await saying("Too many requests. (Total Dynamic).")).name).toBe("RetryableError");
  expect((await saying("Access to ebay.com is limited to 1 req/s due to a low success rate.")).name).toBe(
    "RetryableError",
  );
});

test("a failed job is known by its header, where there is no body", async () => {
  const error = await errorOf(clientAnswering(204, null, { "x-oxylabs-job-status": "faulted" }));
  expect(error.billing).toBe("not_billed");
});

test("the provider's own words are passed on, shortened", async () => {
  const error = await errorOf(
    clientAnswering(400, JSON.stringify({ message: `Unsupported source. ${"x".repeat(9000)}` })),
  );
  expect(error.message).toStartWith("The provider does not accept the request. Unsupported source.");
  expect(error.message.length).toBeLessThan(400);
});

test("no error ever carries the credentials, even when the provider repeats them", async () => {
  const token = Buffer.from(`${SECRETS.username}:${SECRETS.password}`).toString("base64");
  const message = `Client ${SECRETS.username} with ${SECRETS.password} (${token}) not found`;
  const errors = [
    await errorOf(clientAnswering(401, JSON.stringify({ message }))),
    await errorOf(clientWith(globalThis.fetch, { baseUrl: `http://${SECRETS.username}:x@127.0.0.1:1` })),
  ];
  for (const error of errors) {
    const text = Bun.inspect(error);
    for (const secret of [SECRETS.username, SECRETS.password, token]) expect(text).not.toContain(secret);
  }
});

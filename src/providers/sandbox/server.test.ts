import { afterEach, describe, expect, test } from "bun:test";
import { readSearchPage } from "../../marketplaces/ebay/search-page.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "./server.ts";

const SEARCH = "https://www.ebay.com/sch/i.html?_nkw=Kelptide+Desk+Lamp&_udlo=18&_udhi=22&_pgn=1&_dmd=1";
const NODE = { source: "amazon_bestsellers", domain: "com", query: "172541", start_page: 1, pages: 1, parse: true };

const open: Sandbox[] = [];
function start(options: SandboxOptions = {}): Sandbox {
  const sandbox = startSandbox({ sellers: 200, ...options });
  open.push(sandbox);
  return sandbox;
}
afterEach(() => Promise.all(open.splice(0).map((sandbox) => sandbox.stop())));

const authorization = (user: string, password: string) => ({ authorization: `Basic ${btoa(`${user}:${password}`)}` });

function post({ url }: Sandbox, body: unknown, headers: Record<string, string> = authorization("sandbox", "sandbox")) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return fetch(`${url}/v1/queries`, { method: "POST", body: text, headers });
}

const search = (sandbox: Sandbox, url = SEARCH) => post(sandbox, { source: "universal", url, render: "html" });

describe("the sandbox", () => {
  test("delivers a search page as raw HTML, as long as a real one", async () => {
    const sandbox = start();
    const response = await search(sandbox);
    const bytes = await response.bytes();
    const { results, job } = JSON.parse(new TextDecoder().decode(bytes));
    expect(response.status).toBe(200);
    expect(Math.abs(bytes.length - 650_000)).toBeLessThan(20_000);
    expect(Number(response.headers.get("content-length"))).toBe(bytes.length);
    expect(results[0]).toMatchObject({ status_code: 200, page: 1, url: SEARCH, type: "raw", job_id: job.id });
    expect(results[0].created_at).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    expect(job).toMatchObject({ status: "done", source: "universal" });
    expect(readSearchPage(results[0].content).listings.length).toBeGreaterThan(0);
  });

  test("sends the same sellers again, and those that /truth names", async () => {
    const sandbox = start({ conditions: { pageBytes: 0 } });
    const read = async () => readSearchPage((await (await search(sandbox)).json()).results[0].content).listings;
    const listings = await read();
    expect(await read()).toEqual(listings);
    const truth = await (await fetch(`${sandbox.url}/truth?url=${encodeURIComponent(SEARCH)}`)).json();
    expect(truth.listings.map((listing: { item_id: string }) => listing.item_id)).toEqual(
      listings.map(({ itemId }) => itemId),
    );
    expect(sandbox.stats().calls).toBe(2);
  });

  test("delivers best sellers parsed, as the provider's documentation shows them", async () => {
    const { results, job } = await (await post(start(), NODE)).json();
    const { content } = results[0];
    expect(content).toMatchObject({ page: 1, pages: 2, query: "172541", parse_status_code: 12000 });
    expect(content.results).toHaveLength(50);
    expect(Object.keys(content.results[0]).sort()).toEqual([
      "asin",
      "currency",
      "is_prime",
      "pos",
      "price",
      "price_str",
      "price_upper",
      "rating",
      "ratings_count",
      "title",
      "url",
    ]);
    expect(job).toMatchObject({ status: "done", source: "amazon_bestsellers", query: "172541" });
  });

  test("bills an unknown category, whose page is another, but no third page", async () => {
    const sandbox = start();
    const unknown = await (await post(sandbox, { ...NODE, query: "999999" })).json();
    expect(unknown.results[0].content.title).toContain("Best undefined");
    const third = await post(sandbox, { ...NODE, start_page: 3 });
    expect(third.status).toBe(200);
    expect((await third.json()).results[0]).toMatchObject({ status_code: 613, content: "" });
    expect(sandbox.stats()).toMatchObject({ calls: 2, billed_calls: 1, by_status: { "200": 1, "613": 1 } });
  });

  test("turns away who it does not know, with an empty body", async () => {
    const sandbox = start({ username: "u", password: "p" });
    const wrong = await post(sandbox, NODE, authorization("u", "wrong"));
    expect([wrong.status, await wrong.text()]).toEqual([401, ""]);
    const missing = await post(sandbox, NODE, {});
    expect([missing.status, (await missing.json()).message]).toEqual([401, "Authorization header not provided."]);
    expect((await post(sandbox, NODE, authorization("u", "p"))).status).toBe(200);
    expect(sandbox.stats()).toMatchObject({ calls: 3, billed_calls: 1 });
  });

  const refusals: [unknown, string][] = [
    ["{", "Json error: Unexpected value."],
    [[], "Parameter `source` is missing."],
    ["null", "Parameter `source` is missing."],
    [{ source: "none" }, "Unsupported source."],
    [{ source: "universal", url: "not a url" }, "Parameter `url` is invalid."],
    [{ source: "universal" }, "Parameter `url` is invalid."],
    [{ ...NODE, start_page: 0 }, "Parameter `start_page` is invalid."],
    [{ ...NODE, domain: "xx" }, "Parameter `domain` is invalid."],
    [{ ...NODE, query: undefined }, "Parameter `query` is invalid."],
  ];
  test.each(refusals)("refuses %j: %s", async (body, message) => {
    const sandbox = start();
    const response = await post(sandbox, body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ message, instance: "/v1/queries", trace_id: expect.any(String) });
    expect(sandbox.stats()).toMatchObject({ calls: 1, billed_calls: 0, billed_keys: 0, in_flight: 0 });
  });

  test("knows no other address and no other method", async () => {
    const { url } = start();
    expect((await fetch(`${url}/v1/queries`)).status).toBe(404);
    expect((await fetch(`${url}/v1/other`, { method: "POST" })).status).toBe(404);
    expect((await fetch(`${url}/truth?url=https://example.com/`)).status).toBe(400);
  });

  test("counts each key, and those billed twice", async () => {
    const sandbox = start({ conditions: { pageBytes: 0 } });
    await search(sandbox);
    await search(sandbox);
    await search(sandbox, SEARCH.replace("_pgn=1", "_pgn=2"));
    const key = `universal|${SEARCH}|1`;
    expect(sandbox.stats()).toMatchObject({ billed_keys: 2, repeats: 1, billed_repeats: { [key]: 2 } });
    const { keys } = await (await fetch(`${sandbox.url}/stats/keys`)).json();
    expect(keys[key]).toEqual({ calls: 2, billed: 2 });
    await fetch(`${sandbox.url}/stats/reset`, { method: "POST" });
    expect(sandbox.stats()).toMatchObject({ calls: 0, billed_calls: 0, repeats: 0 });
  });

  test("bills a call whose caller hung up", async () => {
    const sandbox = start({ conditions: { latencyMs: 60_000 } });
    const caller = new AbortController();
    const body = JSON.stringify({ source: "universal", url: SEARCH });
    const headers = authorization("sandbox", "sandbox");
    const call = fetch(`${sandbox.url}/v1/queries`, { method: "POST", body, headers, signal: caller.signal });
    while (sandbox.stats().billed_calls === 0) await fetch(`${sandbox.url}/stats`);
    caller.abort();
    await expect(call).rejects.toThrow();
    expect(sandbox.stats()).toMatchObject({ calls: 1, billed_calls: 1, max_in_flight: 1 });
  });

  test("fails a taken port with the system's own code", () => {
    const { port } = start();
    expect(() => startSandbox({ port })).toThrow(expect.objectContaining({ code: "EADDRINUSE" }));
  });
});

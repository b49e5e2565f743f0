import { afterAll, beforeAll, expect, test } from "bun:test";
import { connect } from "./db/client.ts";
import { createTestDatabase, type TestDatabase } from "./testing/database.ts";
import { makeItem, makeRun, makeRunSeller, makeSeller, makeSighting } from "./testing/factories.ts";
import { type TestWeb, testWeb } from "./testing/web.ts";

let database: TestDatabase;
let web: TestWeb;
let pages: string[];

/** Text that breaks out of markup wherever it is not escaped. */
const HOSTILE = `"'></title></textarea><script>evil()</script><img src=x onerror=evil()><a href="javascript:evil()">x</a>&lt;`;

beforeAll(async () => {
  database = await createTestDatabase();
  web = testWeb(database.sql);
  const { sql } = database;
  const run = await makeRun(sql, {
    name: HOSTILE,
    status: "paused",
    pauseReason: "drift",
    statusMessage: HOSTILE,
    productsSource: HOSTILE,
    createdBy: HOSTILE,
    failedItems: 1,
    sellersNew: 1,
  });
  const running = await makeRun(sql, { name: HOSTILE, status: "running", segmentStartedAt: new Date() });
  const item = await makeItem(sql, run.id, {
    status: "failed",
    errorCode: HOSTILE,
    errorMessage: HOSTILE,
    data: {
      type: "product",
      asin: HOSTILE,
      title: HOSTILE,
      priceMicros: 1,
      currency: HOSTILE,
      rank: 1,
      rating: null,
      url: "javascript:evil()",
      category: HOSTILE,
    },
  });
  const seller = await makeSeller(sql, { displayName: HOSTILE, firstProduct: { asin: HOSTILE, title: HOSTILE } });
  await makeRunSeller(sql, run.id, seller);
  await makeSighting(sql, { runId: run.id, itemId: item.id }, seller, {
    listingId: HOSTILE,
    listingTitle: HOSTILE,
    currency: HOSTILE,
  });
  const search = encodeURIComponent(HOSTILE.slice(0, 200));
  pages = [
    "/",
    `/runs/${run.id}`,
    `/runs/${running.id}`,
    "/sellers",
    `/sellers?search=${search}&run_id=${run.id}`,
    `/sellers/${seller.id}`,
    `/${search}`,
    `/runs/${search}`,
    `/sellers?sort=${search}`,
  ];
});
afterAll(() => database.drop());

/** What a browser would run: inline scripts, handlers, and addresses that are scripts. */
async function findActive(markup: string): Promise<string[]> {
  const found: string[] = [];
  const rewriter = new HTMLRewriter().on("*", {
    element(element) {
      if (element.tagName === "script" && !element.getAttribute("src")?.startsWith("/static/")) found.push("script");
      if (element.tagName === "img" || element.tagName === "style") found.push(element.tagName);
      for (const [name, value] of element.attributes) {
        if (name.startsWith("on") || name === "style") found.push(`${element.tagName} ${name}`);
        if (/^\s*javascript:/i.test(value)) found.push(`${element.tagName} ${name}=${value}`);
      }
    },
  });
  await rewriter.transform(new Response(markup)).text();
  return found;
}

test("the search for active content finds it", async () => {
  expect(await findActive(HOSTILE)).toEqual(["script", "img", "img onerror", "a href=javascript:evil()"]);
});

test("hostile text in every field of every page stays text", async () => {
  for (const path of pages) {
    const { text } = await web.page(path);
    expect(await findActive(text), path).toEqual([]);
  }
  expect(web.defects).toEqual([]);
});

test("hostile text stays text in the live stream too", async () => {
  const stream = await web.ask(`${pages[1]}/live`);
  const reader = stream.body?.getReader();
  const chunks = [await reader?.read(), await reader?.read()];
  await reader?.cancel();
  const text = Buffer.concat(chunks.map((chunk) => chunk?.value ?? new Uint8Array())).toString();
  expect(text).toContain("hx-partial");
  expect(await findActive(text)).toEqual([]);
});

test("every page carries the strict policy, a request id and no inline style", async () => {
  for (const path of [...pages, "/api/sellers", "/api/nope", "/static/app.js", "/healthz"]) {
    const { headers } = await web.ask(path);
    expect(headers.get("content-security-policy"), path).toStartWith("default-src 'none'; script-src 'self';");
    expect(headers.get("x-content-type-options"), path).toBe("nosniff");
    expect(headers.get("x-request-id"), path).toMatch(/^[0-9a-f-]{36}$/);
  }
});

test("every page reads as one document with one heading and a title", async () => {
  for (const path of pages) {
    const { text } = await web.page(path);
    expect(text, path).toStartWith("<!doctype html><html");
    expect(text.match(/<h1/g), path).toHaveLength(1);
    expect(text, path).toContain('<html lang="en"');
  }
});

test("every page prints the curl line of the same data, and that address answers", async () => {
  for (const path of pages.slice(0, 6)) {
    const { text } = await web.page(path);
    const [, line = ""] = /<code[^>]*>curl &#x27;(.*?)&#x27;<\/code>/.exec(text) ?? [];
    const url = new URL(line.replaceAll("&amp;", "&"));
    expect((await web.ask(url.pathname + url.search)).status, line).toBe(200);
  }
});

test("an unknown address is a problem document under /api/ and a page elsewhere", async () => {
  const api = await web.ask("/api/nope");
  expect([api.status, api.headers.get("content-type")]).toEqual([404, "application/problem+json"]);
  const page = await web.ask("/nope");
  expect([page.status, page.headers.get("content-type")]).toEqual([404, "text/html; charset=utf-8"]);
});

test("a method that an address does not answer to is told which ones it does", async () => {
  for (const path of ["/api/sellers", `/api/sellers/${crypto.randomUUID()}`, "/sellers", "/"]) {
    const response = await web.ask(path, { method: "DELETE" });
    expect([response.status, response.headers.get("allow")], path).toEqual([405, "GET, HEAD"]);
  }
});

for (const [name, body, type, status] of [
  ["broken JSON", "{", "application/json", 400],
  ["bytes that are no UTF-8", Buffer.from([0x22, 0xff, 0x22]), "application/json", 400],
  ["no body", "", "application/json", 400],
  ["a form", "a=1", "application/x-www-form-urlencoded", 415],
  ["more than a mebibyte", `"${"x".repeat(1024 * 1024)}"`, "application/json", 413],
] as const) {
  test(`${name} as a body answers ${status} as a problem document`, async () => {
    const init = { method: "PATCH", body, headers: { "content-type": type } };
    const response = await web.ask("/api/collection/settings", init);
    expect([response.status, (await response.json()).status]).toEqual([status, status]);
  });
}

test("a body that grows without saying how long it is is cut off at the limit", async () => {
  let sent = 0;
  const body = new ReadableStream({
    pull(controller) {
      sent += 64 * 1024;
      controller.enqueue(new Uint8Array(64 * 1024).fill(0x20));
    },
  });
  const init = { method: "PATCH", body, headers: { "content-type": "application/json" } };
  expect((await web.ask("/api/collection/settings", init)).status).toBe(413);
  expect(sent).toBeLessThan(2 * 1024 * 1024);
});

test("a foreign page can neither read through another host name nor write", async () => {
  const foreign = { headers: { host: "evil.example" } };
  expect((await web.ask("/api/sellers", foreign)).status).toBe(421);
  const write = await web.send(
    "PATCH",
    "/api/collection/settings",
    { default_workers: 9 },
    { origin: "http://evil.example" },
  );
  expect(write.status).toBe(403);
  expect((await web.json("/api/collection/settings")).body.default_workers).toBe(5);
});

test("without its database the process is alive, not ready, and tells it without its insides", async () => {
  const nowhere = connect({ url: "postgres://app@127.0.0.1:1/nothing" });
  const lost = testWeb(nowhere);
  expect((await lost.ask("/healthz")).status).toBe(200);
  expect((await lost.ask("/readyz")).status).toBe(503);
  const { status, body } = await lost.json("/api/sellers");
  expect([status, body.code]).toEqual([503, "database_unavailable"]);
  expect(JSON.stringify(body)).not.toContain("ECONNREFUSED");
  await nowhere.end();
});

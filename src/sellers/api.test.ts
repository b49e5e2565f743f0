import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { parse } from "csv-parse/sync";
import { newId } from "../ids.ts";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { makeItem, makeRun, makeRunSeller, makeSeller, makeSellers, makeSighting } from "../testing/factories.ts";
import { type TestWeb, testWeb } from "../testing/web.ts";

let database: TestDatabase;
let web: TestWeb;
const HOSTILE = ['=cmd|"/c calc"!A1', "+1", "-1", "@sum", "\tx", "a,b", 'quo"te', "two\nlines", "ünïcödé 店"];
const COUNT = 60;

beforeAll(async () => {
  database = await createTestDatabase();
  web = testWeb(database.sql);
  // Many share an instant, a count and a score, so that only the id tells them apart; some were never seen.
  const sameTime = new Date("2026-11-20T08:00:00.123Z");
  await makeSellers(
    database.sql,
    Array.from({ length: COUNT - HOSTILE.length }, (_, i) => ({
      displayName: `seller ${String(i * 7).padStart(3, "0")}`,
      firstSeenAt: i % 5 === 0 ? null : i % 2 === 0 ? sameTime : new Date(sameTime.getTime() - i * 1000),
      timesSeen: i % 3,
      feedbackScore: i % 4 === 0 ? null : i % 3,
      flagged: i % 10 === 0,
    })),
  );
  await makeSellers(
    database.sql,
    HOSTILE.map((displayName) => ({ displayName })),
  );
});
afterAll(() => database.drop());

interface SellerJson {
  id: string;
  display_name: string;
}

async function everyPage(query: string): Promise<SellerJson[]> {
  const all: SellerJson[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const { body } = await web.json(`/api/sellers?limit=7&${query}${cursor ? `&cursor=${cursor}` : ""}`);
    all.push(...body.sellers);
    cursor = body.next_cursor;
  }
  return all;
}

for (const sort of ["newest", "name", "times_seen", "feedback_score"]) {
  test(`pages sorted by ${sort} hold each seller once, in the order of one long page`, async () => {
    const { body } = await web.json(`/api/sellers?limit=500&sort=${sort}`);
    expect(body.total).toBe(COUNT);
    const paged = await everyPage(`sort=${sort}`);
    expect(paged.map((seller) => seller.id)).toEqual(body.sellers.map((seller: SellerJson) => seller.id));
    expect(new Set(paged.map((seller) => seller.id)).size).toBe(COUNT);
  });
}

test("a seller that is added while someone pages by name is neither repeated nor pushes one out", async () => {
  const first = (await web.json("/api/sellers?sort=name&limit=7")).body;
  const added = await makeSeller(database.sql, { displayName: "!early" });
  const second = (await web.json(`/api/sellers?sort=name&limit=7&cursor=${first.next_cursor}`)).body;
  const ids = [...first.sellers, ...second.sellers].map((seller: SellerJson) => seller.id);
  expect(new Set(ids).size).toBe(14);
  expect(ids).not.toContain(added.id);
  await database.sql.begin(async (tx) => {
    await tx`select set_config('app.org_id', '00000000-0000-7000-8000-000000000001', true)`;
    await tx`delete from sellers where id = ${added.id}`;
  });
});

test("filters narrow the list and its total alike", async () => {
  expect((await web.json("/api/sellers?search=SELLER%20%2000")).body.total).toBe(2);
  expect((await web.json("/api/sellers?flagged=true")).body.total).toBe(6);
  expect((await web.json("/api/sellers?search=%25")).body.total).toBe(0);
  const after = (await web.json("/api/sellers?first_seen_after=2026-11-20T08:00:00.123Z")).body;
  expect(after.total).toBe(HOSTILE.length);
});

test("run_id shows what that run found", async () => {
  const run = await makeRun(database.sql);
  const { body } = await web.json("/api/sellers?limit=1");
  await makeRunSeller(database.sql, run.id, { id: body.sellers[0].id, displayName: body.sellers[0].display_name });
  const found = (await web.json(`/api/sellers?run_id=${run.id}`)).body;
  expect(found.sellers.map((seller: SellerJson) => seller.id)).toEqual([body.sellers[0].id]);
  expect((await web.json(`/api/sellers?run_id=${newId()}`)).body.total).toBe(0);
});

for (const [query, status] of [
  ["limit=0", 422],
  ["limit=501", 422],
  ["cursor=rubbish", 400],
  ["run_id=1", 422],
  ["first_seen_after=2026-02-31", 422],
  ["first_seen_after=yesterday", 422],
  ["search=%00", 422],
  ["colour=red", 422],
] as const) {
  for (const path of ["/api/sellers", "/sellers"]) {
    test(`${path}?${query} answers ${status} and is no defect`, async () => {
      expect((await web.ask(`${path}?${query}`)).status).toBe(status);
      expect(web.defects).toEqual([]);
    });
  }
}

test("a cursor is refused under another sort", async () => {
  const { body } = await web.json("/api/sellers?limit=1&sort=name");
  expect((await web.ask(`/api/sellers?sort=newest&cursor=${body.next_cursor}`)).status).toBe(400);
});

for (const id of ["x", "00000000-0000-0000-0000-000000000000", "1' or '1'='1"]) {
  for (const path of [`/api/sellers/${encodeURIComponent(id)}`, `/sellers/${encodeURIComponent(id)}`]) {
    test(`${path} answers 404`, async () => {
      expect((await web.ask(path)).status).toBe(404);
    });
  }
}

test("evidence names product, listing, markup, likeness and place, and pages through all of it", async () => {
  const run = await makeRun(database.sql, { name: "Kitchen" });
  const item = await makeItem(database.sql, run.id);
  const seller = await makeSeller(database.sql, { displayName: "evident" });
  for (let position = 1; position <= 3; position++) {
    await makeSighting(database.sql, { runId: run.id, itemId: item.id }, seller, { position });
  }
  const first = (await web.json(`/api/sellers/${seller.id}/evidence?limit=2`)).body;
  expect(first.evidence[0]).toMatchObject({
    run_name: "Kitchen",
    product: { title: "Steel bottle, 24 oz", price: 27.99 },
    listing: { price: 54.86, currency: "USD", url: "https://www.ebay.com/itm/256012345678" },
    markup_percent: 96,
    title_similarity: 0.89,
    page: 1,
    position: 3,
  });
  const second = (await web.json(`/api/sellers/${seller.id}/evidence?limit=2&cursor=${first.next_cursor}`)).body;
  expect(second.evidence.map((row: { position: number }) => row.position)).toEqual([1]);
  expect(second.next_cursor).toBeNull();
});

describe("export", () => {
  const read = async (format: string) => (await web.ask(`/api/sellers/export?format=${format}`)).text();

  test("CSV holds the documented columns and every seller once", async () => {
    const rows: Record<string, string>[] = parse(await read("csv"), { columns: true });
    const { body } = await web.json("/api/sellers?limit=500");
    expect(rows.length).toBe(body.total);
    expect(Object.keys(rows[0] ?? {}).join()).toBe(
      "display_name,platform,feedback_score,feedback_percent,times_seen,score,flagged,first_seen_at,last_seen_at,first_seen_run_id",
    );
  });

  test("a name that a spreadsheet would run is led by an apostrophe; all others come back as they were", async () => {
    const rows: { display_name: string }[] = parse(await read("csv"), { columns: true });
    const names = rows.map((row) => row.display_name);
    expect(names.filter((name) => /^[=+\-@\t\r]/.test(name))).toEqual([]);
    for (const name of HOSTILE) expect(names).toContain(/^[=+\-@\t]/.test(name) ? `'${name}` : name);
  });

  test("JSON counts what it holds, NDJSON has a line each, text a name per line", async () => {
    const json = JSON.parse(await read("json"));
    expect(json.count).toBe(json.sellers.length);
    const lines = (await read("ndjson")).trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual(json.sellers);
    expect((await read("text")).trimEnd().split("\n").length).toBe(json.count);
  });

  test("an empty selection is still a readable file of each format", async () => {
    const none = `&run_id=${newId()}`;
    expect(JSON.parse(await read(`json${none}`))).toMatchObject({ sellers: [], count: 0 });
    expect(parse(await read(`csv${none}`), { columns: true })).toEqual([]);
    expect(await read(`ndjson${none}`)).toBe("");
  });

  test("an unknown format is refused", async () => {
    expect((await web.ask("/api/sellers/export?format=xlsx")).status).toBe(422);
  });
});

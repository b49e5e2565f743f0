import { afterAll, beforeAll, expect, test } from "bun:test";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { inOrganisation, newRun, testEngine, things, work } from "../testing/engine.ts";
import { imaginaryProvider } from "../testing/imaginary-provider.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

test("a run over own products puts exactly the sellers of its pages on the list", async () => {
  const provider = imaginaryProvider();
  const products = things(12);
  const { run } = await work(await testEngine(db.sql, provider), await newRun(db.sql, products));
  const names = await inOrganisation(db.sql, (tx) => tx`select normalized_name from sellers where listed`);
  const expected = provider.expectedSellers(
    products.map((p) => p.title),
    3,
  );
  expect(run).toMatchObject({
    status: "completed",
    productsSearched: 12,
    reservedMicros: 0,
    sellersNew: expected.size,
  });
  expect(new Set(names.map((row) => row.normalizedName))).toEqual(expected);
});

test("category pages become products, and a product of two categories is searched once", async () => {
  const provider = imaginaryProvider({ productsPerCategory: 4 });
  const categories = ["1", "2", "1"].map((nodeId, index) => ({
    id: `category-${index}`,
    name: "Category",
    nodeId,
    departmentId: "d",
  }));
  const { run } = await work(await testEngine(db.sql, provider), await newRun(db.sql, [], { source: { categories } }));
  expect(run).toMatchObject({ status: "completed", categoriesCompleted: 3, productsTotal: 8, productsSearched: 8 });
  expect([...provider.billed].filter(([key, times]) => key.startsWith("search") && times > 1)).toEqual([]);
});

test("every counter equals a recount from the evidence", async () => {
  const engine = await testEngine(db.sql, imaginaryProvider({ population: 15 }));
  const { run } = await work(engine, await newRun(db.sql, things(9)));
  const [recount] = await inOrganisation(
    db.sql,
    (tx) => tx`
      select count(distinct normalized_name) as found, count(*) as listings,
        (select count(*) from provider_calls where run_id = ${run.id} and state = 'settled') as calls,
        (select sum(cost_micros) from provider_calls where run_id = ${run.id}) as spent
      from sightings where run_id = ${run.id} and counted`,
  );
  expect(recount).toMatchObject({ found: run.sellersFound, listings: run.listingsSeen, calls: run.calls });
  expect(Number(recount?.spent)).toBe(run.spentMicros);
  const wrong = await inOrganisation(
    db.sql,
    (tx) => tx`
      select s.normalized_name from sellers s
      where times_seen <> (
        select count(distinct (run_id, item_id)) from sightings g where g.seller_id = s.id and g.counted
      )`,
  );
  expect([...wrong]).toEqual([]);
});

test("looser matches are evidence without being finds, and get their seller once the name is found", async () => {
  const loose = imaginaryProvider({
    pagesPerSearch: 1,
    page: (_query, _page, made) => ({
      ...made,
      listings: made.listings.slice(0, 1).map((one) => ({ ...one, section: "fewer_words", seller: looseSeller })),
    }),
  });
  const looseSeller = { username: "Loose.One", feedbackPercent: 100, feedbackScore: 1, feedbackExact: true };
  const first = await work(await testEngine(db.sql, loose), await newRun(db.sql, things(1)));
  expect(first.run).toMatchObject({ sellersFound: 0, sellersNew: 0 });
  expect(await sellersOf("loose.one")).toEqual([{ sellerId: null }]);

  const second = await work(
    await testEngine(db.sql, loose),
    await newRun(db.sql, things(1), { includeLooseMatches: true }),
  );
  expect(second.run).toMatchObject({ sellersFound: 1, sellersNew: 1 });
  expect((await sellersOf("loose.one")).every((row) => row.sellerId !== null)).toBe(true);
});

test("a product without a price, or with a foreign one, is kept and skipped, and no call is made for it", async () => {
  const provider = imaginaryProvider();
  const products = [...things(1, { asin: "no", priceMicros: null }), ...things(1, { asin: "eur", currency: "EUR" })];
  const { run } = await work(await testEngine(db.sql, provider), await newRun(db.sql, products));
  const items = await inOrganisation(
    db.sql,
    (tx) => tx`select external_id, status, error_code from collection_items where run_id = ${run.id} order by position`,
  );
  expect(items).toMatchObject([
    { externalId: "no", status: "skipped", errorCode: "no_price" },
    { externalId: "eur", status: "skipped", errorCode: "foreign_currency" },
  ]);
  expect(provider.calls()).toBe(0);
});

test("the entry of a run tells what it added, and the list's size then", async () => {
  const { run } = await work(
    await testEngine(db.sql, imaginaryProvider({ population: 200 })),
    await newRun(db.sql, things(5)),
  );
  const [entry] = await inOrganisation(db.sql, (tx) => tx`select * from audit_entries where source_run_id = ${run.id}`);
  const [list] = await inOrganisation(db.sql, (tx) => tx`select count(*) from sellers where listed`);
  expect(entry).toMatchObject({ action: "run", addedCount: run.sellersNew, sellerCountSnapshot: list?.count });
});

const sellersOf = (name: string) =>
  inOrganisation(db.sql, (tx) =>
    tx<{ sellerId: string | null }[]>`
    select seller_id from sightings where normalized_name = ${name}`.then((rows) => [...rows]),
  );

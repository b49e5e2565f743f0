import { afterAll, beforeAll, expect, test } from "bun:test";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { inOrganisation, newRun, testEngine, things, work } from "../testing/engine.ts";
import { imaginaryProvider } from "../testing/imaginary-provider.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

const odd = { title: "a\0b\ud83d", price: 1e15, currency: "U\0D", itemId: "1\0" };
const oddSeller = {
  username: "odd\0\ud83dname",
  feedbackPercent: 99,
  feedbackScore: 4006381333931,
  feedbackExact: true,
};

test("half characters, NUL and numbers beyond all bounds keep nothing else from being written", async () => {
  const provider = imaginaryProvider({
    pagesPerSearch: 1,
    page: (_query, _page, made) => ({
      ...made,
      listings: made.listings.map((one, index) => (index === 0 ? { ...one, ...odd, seller: oddSeller } : one)),
    }),
  });
  const { run } = await work(await testEngine(db.sql, provider), await newRun(db.sql, things(6)));
  expect(run).toMatchObject({ status: "completed", productsSearched: 6, failedItems: 0, reservedMicros: 0 });
  const [row] = await inOrganisation(
    db.sql,
    (tx) => tx`
      select seller_id is not null as known, listing_title, price_micros, feedback_score from sightings
      where normalized_name like 'odd%' limit 1`,
  );
  expect(row).toMatchObject({ known: true, listingTitle: "ab\ufffd", priceMicros: null, feedbackScore: null });
});

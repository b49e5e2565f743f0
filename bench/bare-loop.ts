import type { Sql } from "../src/db/client.ts";
import { readSearchPage } from "../src/marketplaces/ebay/search-page.ts";
import { searchQuery, searchUrl } from "../src/marketplaces/ebay/search-url.ts";
import { normalizeName } from "../src/sellers/name.ts";
import type { Meter } from "./meter.ts";
import type { Plan } from "./plan.ts";

/** The least that collects: fetch, read, upsert the sellers. No ledger, no evidence, no stored answers, no recovery. */
export async function bareLoop(plan: Plan, baseUrl: string, sql: Sql, meter: Meter): Promise<void> {
  await sql`create table bare_sellers (name text primary key, seen int not null)`;
  meter.start();
  const waiting: Promise<void>[] = [];
  let next = 0;
  const worker = async () => {
    while (next < plan.searches) {
      const body = await fetchPage(baseUrl, next++);
      // The slot is free once the body is in.
      waiting.push(readAndStore(sql, body).then(() => meter.add(1)));
    }
  };
  await Promise.all(Array.from({ length: plan.workers }, worker));
  await Promise.all(waiting);
}

async function fetchPage(baseUrl: string, number: number): Promise<Uint8Array> {
  const query = searchQuery({ title: `thing ${number}`, priceMicros: 10_000_000 }, { minPercent: 80, maxPercent: 120 });
  const response = await fetch(`${baseUrl}/v1/queries`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa("sandbox:sandbox")}`, "content-type": "application/json" },
    body: JSON.stringify({
      source: "universal",
      url: searchUrl(query, 1),
      render: "html",
      geo_location: "United States",
    }),
  });
  return response.bytes();
}

async function readAndStore(sql: Sql, body: Uint8Array): Promise<void> {
  const answer = JSON.parse(new TextDecoder().decode(body));
  const names = readSearchPage(answer.results[0].content).listings.map((one) => one.seller?.username ?? "");
  const distinct = [...new Set(names.map(normalizeName))].filter(Boolean).sort();
  await sql`
    insert into bare_sellers (name, seen) select name, 1 from unnest(${distinct}::text[]) as t(name)
    on conflict (name) do update set seen = bare_sellers.seen + 1`;
}

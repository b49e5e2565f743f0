/** Prints, page by page, what the reader finds in the stored eBay pages against the truth: `bun bench/parse-table.ts`. */
import {
  corpusNames,
  corpusPage,
  corpusTruth,
  expected,
  trueOutcome,
} from "../src/marketplaces/ebay/corpus-for-tests.ts";
import { readSearchPage } from "../src/marketplaces/ebay/search-page.ts";

const rows = corpusNames().map(compare);
if (rows.length === 0) console.log("The stored pages (../shared/data/ebay-search-html) are not there.");
console.log(`${"page".padEnd(50)} ${"outcome".padEnd(17)} cards found/true  sellers equal/true  listings equal  ok`);
for (const { name, outcome, cards, sellers, listings, ok } of rows) {
  const counts = `${cards.padEnd(17)} ${sellers.padEnd(19)} ${String(listings).padEnd(15)}`;
  console.log(`${name.padEnd(50)} ${outcome.padEnd(17)} ${counts} ${ok ? "yes" : "NO"}`);
}
console.log(`${rows.filter(({ ok }) => ok).length} of ${rows.length} pages are equal to the truth.`);
process.exitCode = rows.every(({ ok }) => ok) ? 0 : 1;

function compare(name: string) {
  const truth = corpusTruth(name);
  const { outcome, listings } = readSearchPage(corpusPage(name));
  const wanted = truth.listings.map(expected);
  const equalSellers = wanted.filter(({ seller }, i) => seller && Bun.deepEquals(listings[i]?.seller, seller)).length;
  const equal = wanted.filter((listing, i) => isEqual(listing, listings[i])).length;
  const rightOutcome = outcome === trueOutcome(truth);
  return {
    name,
    outcome,
    cards: `${listings.length}/${truth.listing_cards}`,
    sellers: `${equalSellers}/${truth.cards_with_seller}`,
    listings: equal,
    ok: rightOutcome && listings.length === wanted.length && equal === wanted.length,
  };
}

function isEqual(
  wanted: ReturnType<typeof expected>,
  found: ReturnType<typeof readSearchPage>["listings"][number] | undefined,
): boolean {
  if (!found) return false;
  const { position, itemId, title, section, seller } = found;
  return Bun.deepEquals({ position, itemId, title, section, seller }, wanted);
}

import { describe, expect, test } from "bun:test";
import { parsePrice } from "../price.ts";
import {
  corpusIsThere,
  corpusNames,
  corpusPage,
  corpusTruth,
  expected,
  oxylabsAnswer,
  trueOutcome,
} from "./corpus-for-tests.ts";
import { readSearchPage } from "./search-page.ts";

describe("stored pages are read exactly as two other readers and the eye read them", () => {
  for (const name of corpusNames()) {
    test(name, () => {
      const truth = corpusTruth(name);
      const page = readSearchPage(corpusPage(name));
      expect(page.outcome).toBe(trueOutcome(truth));
      expect(page.health).toMatchObject({ cards: truth.listing_cards, cardsWithSeller: truth.cards_with_seller });
      expect(page.listings).toMatchObject(truth.listings.map(expected));
      expect(page.listings.map(({ price, currency }) => ({ price, currency }))).toEqual(truth.listings.map(truePrice));
    });
  }

  test.skipIf(!corpusIsThere)(
    "the page inside a provider's answer reads as the page itself (skipped without ../shared/data)",
    async () => {
      const answer = JSON.parse(new TextDecoder().decode(Bun.gunzipSync(await Bun.file(oxylabsAnswer).bytes())));
      const page = readSearchPage(answer.results[0].content);
      expect(page.outcome).toBe("no_sellers_shown");
      expect(page.listings).toMatchObject(corpusTruth("scard-grid-us-en-shoes-via-oxylabs").listings.map(expected));
    },
  );
});

describe("which pages have a next one (seen by eye)", () => {
  const LAST = [
    "airpods4",
    "pink-floyd-cd",
    "fewer-words",
    "zero-results",
    "noresults",
    "challenge",
    "error-page",
    "homepage",
  ];
  for (const name of corpusNames()) {
    const hasNext = !LAST.some((part) => name.includes(part));
    test(`${name}: ${hasNext}`, () => expect(readSearchPage(corpusPage(name)).hasNext).toBe(hasNext));
  }
});

function truePrice({ price_text }: { price_text: string }) {
  const price = parsePrice(price_text);
  return { price: price?.amount ?? null, currency: price?.currency ?? null };
}

import type { Card } from "./cards.ts";
import { type ReadListing, readListing } from "./listing.ts";
import { type PageFacts, readPageFacts } from "./page-facts.ts";

/** Where a listing stands on the page: below a notice it is only a looser match. */
export type Section = "main" | "fewer_words" | "international";

export interface ListingSeller {
  username: string;
  /** 0-100, one decimal; null when the page shows none. */
  feedbackPercent: number | null;
  feedbackScore: number | null;
  /** false when eBay rounded the score ("12.3K"). */
  feedbackExact: boolean;
}

export interface Listing {
  /** 1-based, counted over the whole page. */
  position: number;
  itemId: string;
  title: string;
  /** In currency units; the lower end of a range; null when the page shows none. */
  price: number | null;
  /** ISO 4217, or null when the symbol is unknown. */
  currency: string | null;
  url: string;
  section: Section;
  seller: ListingSeller | null;
}

/** The closed set of what a search page can be. Only `ok` and `no_results` count as success. */
export type PageOutcome = "ok" | "no_results" | "no_sellers_shown" | "blocked" | "unreadable";

export interface SearchPage {
  outcome: PageOutcome;
  listings: Listing[];
  hasNext: boolean;
  health: { cards: number; cardsWithSeller: number; rules: Record<string, number> };
}

/**
 * Reads an eBay search page of any layout and language. Never throws: what is no such page is `unreadable`.
 * Bytes are taken as UTF-8.
 */
export function readSearchPage(html: string | Uint8Array): SearchPage {
  const facts = readPageFacts(typeof html === "string" ? html : new TextDecoder().decode(html));
  const read = listingCards(facts).map((card, index) => readListing(card, index + 1));
  const listings = read.map(({ listing }) => listing);
  const health = healthOf(read);
  return { outcome: outcomeOf(facts, health), listings: detached(listings), hasNext: facts.hasNext, health };
}

/** A string that was cut out of a page keeps the whole page in memory; a copy of it does not. */
function detached(listings: Listing[]): Listing[] {
  const copies: Listing[] = JSON.parse(JSON.stringify(listings));
  return copies;
}

/** Placeholders, cards in carousels (lists inside an item of the results) and beside the results are no listings. */
function listingCards({ cards, hasResults }: PageFacts): readonly Card[] {
  const lists = new Set(cards.filter(({ marked }) => marked).map(({ list }) => list));
  const standing = cards.filter(
    (card) => !card.inCarousel && !isPlaceholder(card) && !card.outerLists.some((list) => lists.has(list)),
  );
  const candidates = hasResults ? standing.filter(({ inResults }) => inResults) : standing;
  const marked = candidates.filter((card) => card.marked);
  if (hasResults && marked.length > 0) return marked;
  // Without eBay's marks, only a list that shows sellers can be told from any other list of links.
  const inSellerLists = cardsOfSellerLists(marked.length > 0 ? marked : candidates);
  return inSellerLists.length > 0 ? inSellerLists : marked;
}

/** eBay puts cards that nobody sees before the results. */
function isPlaceholder({ lines }: Card): boolean {
  return lines.some(({ text, place }) => text === "Shop on eBay" && place !== "row");
}

/** The cards of the lists in which some show a seller; an unmarked carousel links to several listings from one item. */
function cardsOfSellerLists(cards: readonly Card[]): readonly Card[] {
  const single = cards.filter((card) => card.itemIds.length === 1);
  const lists = new Set(single.filter((card) => readListing(card, 0).listing.seller).map((card) => card.list));
  return single.filter((card) => lists.has(card.list));
}

function healthOf(read: readonly ReadListing[]): SearchPage["health"] {
  const rules: Record<string, number> = {};
  for (const { rule } of read) if (rule) rules[rule] = (rules[rule] ?? 0) + 1;
  return { cards: read.length, cardsWithSeller: read.filter(({ listing }) => listing.seller).length, rules };
}

function outcomeOf(facts: PageFacts, { cards, cardsWithSeller }: SearchPage["health"]): PageOutcome {
  if (cards > 0) return cardsWithSeller > 0 ? "ok" : "no_sellers_shown";
  if (facts.isSearch && facts.foundNothing) return "no_results";
  return facts.asksForProof ? "blocked" : "unreadable";
}

import type { Section } from "../../marketplaces/ebay/search-page.ts";
import type { Dice } from "./dice.ts";
import { type MarketSeller, misspell, type SellerPopulation } from "./sellers.ts";
import { SALES_TALK } from "./vocabulary.ts";

export interface MarketQuery {
  keywords: string;
  /** Price band in cents; null where the search names none. */
  minCents: number | null;
  maxCents: number | null;
}

export interface MarketListing {
  itemId: string;
  title: string;
  cents: number;
  /** The upper end, when the listing has variants at several prices. */
  upToCents: number | null;
  section: Section;
  seller: MarketSeller;
  /** The seller's name as this card spells it. */
  sellerShown: string;
}

/** How many listings a search has, and where. */
export interface MarketCounts {
  main: number;
  fewerWords: number;
  international: number;
}

/** Longest title that the marketplace allows. */
const TITLE_LENGTH = 80;
const MISSPELT = 0.03;

export function inventCounts(dice: Dice, range: { min: number; max: number } | undefined): MarketCounts {
  const main = range ? dice.between(range.min, range.max) : usualCount(dice);
  if (main >= 20) return { main, fewerWords: 0, international: 0 };
  const fewerWords = dice.chance(0.6) ? dice.between(1, 60) : 0;
  return { main, fewerWords, international: dice.chance(0.25) ? dice.between(1, 40) : 0 };
}

function usualCount(dice: Dice): number {
  const kind = dice.weighted({ none: 0.05, few: 0.15, some: 0.3, many: 0.25 });
  if (kind === "none") return 0;
  if (kind === "few") return dice.between(1, 19);
  if (kind === "some") return dice.between(20, 60);
  return kind === "many" ? dice.between(61, 120) : dice.between(121, 180);
}

export function inventListing(
  dice: Dice,
  query: MarketQuery,
  section: Section,
  sellers: SellerPopulation,
): MarketListing {
  const seller = sellers.draw(dice);
  const cents = inventCents(dice, query, section);
  return {
    itemId: dice.digits(12),
    title: inventTitle(dice, query.keywords, section),
    cents,
    upToCents: dice.chance(0.05) ? cents + dice.between(1, 30) * 100 : null,
    section,
    seller,
    sellerShown: dice.chance(MISSPELT) ? misspell(dice, seller.username) : seller.username,
  };
}

function inventCents(dice: Dice, { minCents, maxCents }: MarketQuery, section: Section): number {
  const low = minCents ?? 500;
  const high = Math.max(maxCents ?? low * 4, low);
  const stray = dice.chance(section === "main" ? 0.04 : 0.3) ? 0.5 + dice.next() : 1;
  return Math.max(1, Math.round(dice.between(low, high) * stray));
}

function inventTitle(dice: Dice, keywords: string, section: Section): string {
  const words = keywords.split(/\s+/u).filter((word) => word !== "" && !dice.chance(section === "main" ? 0.15 : 0.5));
  if (dice.chance(0.3)) words.unshift(dice.pick(SALES_TALK));
  if (dice.chance(0.3)) words.push(dice.pick(SALES_TALK));
  return cut(words.length === 0 ? [keywords.trim() || "Item"] : words);
}

/** Whole words up to the limit; a single longer word is cut between characters, never inside one. */
function cut(words: string[]): string {
  let title = "";
  for (const word of words) {
    if (title.length + word.length >= TITLE_LENGTH) break;
    title = title === "" ? word : `${title} ${word}`;
  }
  return title || [...words.join(" ")].slice(0, TITLE_LENGTH / 2).join("");
}

import { parsePrice } from "../price.ts";
import type { BestSellersPage } from "./best-sellers.ts";
import {
  type Candidate,
  collapseBlanks,
  namesNoCategory,
  toPage,
  toRating,
  unreadablePage,
} from "./best-sellers-page.ts";
import { type Card, type ScannedPage, scanPage } from "./best-sellers-scan.ts";

const CHALLENGES = [
  "Enter the characters you see below",
  "make sure you're not a robot",
  "make sure you&#39;re not a robot",
  "/errors/validateCaptcha",
  "To discuss automated access to Amazon data",
  "Click the button below to continue shopping",
];

/**
 * Reads an Amazon Best Sellers page: grid or carousels of cards, each with a "#rank" badge and a link to `/dp/ASIN`.
 * With `expectedNode`, a page of another node, or the start page, is `wrong_category`. Never throws.
 */
export function readHtml(html: string, expectedNode?: string): BestSellersPage {
  const page = scanPage(html);
  if (page.cards.length === 0) {
    if (isChallenge(html, page)) return { ...unreadablePage(), outcome: "blocked" };
    if (!isBestSellersPage(page)) return unreadablePage();
  }
  return toPage({
    candidates: page.cards.map(toCandidate),
    pageUrl: page.canonical,
    category: categoryOf(page),
    pages: page.lastPage,
    wrongCategory: isWrongCategory(page, expectedNode),
  });
}

function isChallenge(html: string, page: ScannedPage): boolean {
  return /robot check/i.test(page.title) || CHALLENGES.some((sign) => html.includes(sign));
}

function isBestSellersPage({ title, canonical, headings }: ScannedPage): boolean {
  if (canonical !== null && /\/(zgbs|bestsellers)(\/|$)/.test(canonical)) return true;
  return [title, ...headings].some((text) => /\bbest ?sellers\b/i.test(text));
}

function isWrongCategory(page: ScannedPage, expectedNode: string | undefined): boolean {
  if ([page.title, ...page.headings].some(namesNoCategory)) return true;
  if (expectedNode === undefined) return false;
  // The start page shows the first six products of some departments: it belongs to no category.
  if (/\/zgbs\/?$/.test(page.canonical ?? "") || /most popular items/i.test(page.title)) return true;
  const node = /\/(?:zgbs|bestsellers)\/[^/]+\/(\d+)/.exec(page.canonical ?? "")?.[1];
  return node !== undefined && node !== expectedNode;
}

// "Best Sellers in Electronics" over the grid, "Amazon Best Sellers: Best Electronics" in the title.
function categoryOf({ headings, title }: ScannedPage): string | null {
  for (const text of headings) {
    const name = /^best ?sellers in (.+)$/i.exec(text)?.[1];
    if (name) return name;
  }
  return /best ?sellers: best (.+)$/i.exec(title)?.[1] ?? null;
}

function toCandidate(card: Card): Candidate {
  const price = card.price === "" ? null : parsePrice(collapseBlanks(card.price));
  return {
    rank: card.rank,
    asin: card.asin,
    title: titleOf(collapseBlanks(card.linkText), collapseBlanks(card.imageAlt)),
    price: price !== null && price.amount > 0 ? price.amount : null,
    currency: price?.currency ?? null,
    rating: ratingOf(card.rating),
  };
}

// Some layouts cut the visible text with an ellipsis, others the picture's text.
function titleOf(linkText: string, imageAlt: string): string {
  const cut = linkText === "" || linkText.endsWith("…");
  return cut && imageAlt !== "" ? imageAlt : linkText;
}

/** "4.4 out of 5 stars", "4,4 von 5 Sternen". */
function ratingOf(text: string): number | null {
  const number = /^\s*(\d(?:[.,]\d)?)(?![\d.,])/.exec(text)?.[1];
  return toRating(number === undefined ? null : Number(number.replace(",", ".")));
}

import { type Price, parsePrice } from "../price.ts";
import type { Card, Line } from "./cards.ts";
import { visibleText } from "./plain-text.ts";
import type { Listing } from "./search-page.ts";
import { findSeller, type SellerRule } from "./seller-text.ts";

export interface ReadListing {
  listing: Listing;
  rule: SellerRule | null;
}

/** Understands one card. `position` counts from 1 over the whole page. */
export function readListing(card: Card, position: number): ReadListing {
  const itemId = card.itemIds[0] ?? "";
  const rows = rowsOf(card);
  const found = findSeller(rows);
  const price = readPrice(card, rows);
  const listing: Listing = {
    position,
    itemId,
    title: titleOf(card),
    price: price?.amount ?? null,
    currency: price?.currency ?? null,
    url: `https://${isEbay(card.host) ? card.host : "www.ebay.com"}/itm/${itemId}`,
    section: card.section,
    seller: found?.seller ?? null,
  };
  return { listing, rule: found?.rule ?? null };
}

/** The title without the words for screen readers around it ("New Listing", "Opens in a new window or tab"). */
function titleOf({ lines, imageText }: Card): string {
  const heading = lines.filter(({ place, text }) => place === "title" && !BESIDE_TITLE.test(text));
  const texts = heading.map(({ text }) => text);
  // The picture is named like the listing: what stands before that name is a badge, in whatever language.
  const start = texts.indexOf(imageText);
  return texts.slice(Math.max(start, 0)).join(" ") || longest(lines, "link");
}

/** Sellers write their titles themselves, so a title never counts as a seller row, wherever it stands. */
function rowsOf({ lines }: Card): string[] {
  const hasHeading = lines.some(({ place }) => place === "title");
  return lines
    .filter(({ place }) => place === "row" || place === "price" || (place === "link" && hasHeading))
    .map(({ text }) => visibleText(text).trim());
}

/** A line marked as the price decides, even if it only says "See price"; else the first that is nothing but a price. */
function readPrice(card: Card, rows: readonly string[]): Price | null {
  const marked = textIn(card.lines, "price");
  if (marked !== "") return parsePrice(marked);
  const bare = rows.filter((row) => BARE_PRICE.test(row)).map(parsePrice);
  return bare.find((price) => price !== null && price.currency !== null) ?? null;
}

function textIn(lines: readonly Line[], place: Line["place"]): string {
  return lines
    .filter((line) => line.place === place)
    .map(({ text }) => text)
    .join(" ");
}

function longest(lines: readonly Line[], place: Line["place"]): string {
  const texts = lines.filter((line) => line.place === place && !BESIDE_TITLE.test(line.text)).map(({ text }) => text);
  return texts.reduce((best, text) => (text.length > best.length ? text : best), "");
}

function isEbay(host: string | null): host is string {
  return host !== null && /^(?:[\w-]+\.)*ebay\.[a-z]{2,3}(?:\.[a-z]{2})?$/i.test(host);
}

const BESIDE_TITLE = new RegExp(
  [
    "^(?:New listing|Neues Angebot|Neu eingestellt|Anuncio nuevo|Nuevo anuncio|Nouvelle annonce|Nuova inserzione|新規出品)$",
    "^(?:Opens in a new window or tab|Wird in neuem Fenster oder Tab geöffnet|新しいウィンドウまたはタブに表示されます)$",
    "^(?:Se abre en una (?:nueva )?(?:ventana|pestaña).{0,30}|S['’]ouvre dans une nouvelle fenêtre.{0,30})$",
    "^(?:(?:Si apre|Viene aperta) (?:in )?una nuova (?:finestra|scheda).{0,30})$",
  ].join("|"),
  "iu",
);
// A line that is a price and nothing else: "+$5.00 delivery" is none.
const BARE_PRICE =
  /^(?:\p{L}{0,4}[.\s]?[\p{Sc}/]?\.?\s?\d[\d.,'’\s]*|\d[\d.,'’\s]*\s?(?:\p{Sc}|\p{L}{1,4}\.?))(?:\s(?:to|bis|a|à|から)\s.*)?$/u;

/** A search for dropshippers of one product: new, free shipping, located in the US, inside the price band. */
export interface SearchQuery {
  /** The product's title, cut at 100 characters on a word. */
  keywords: string;
  /** Price band in micro-dollars. */
  priceMinMicros: number;
  priceMaxMicros: number;
}

const MAX_KEYWORDS = 100;
const LISTINGS_PER_PAGE = 60;

/** The search for a product's dropshippers: priced `minPercent` to `maxPercent` above Amazon. */
export function searchQuery(
  product: { title: string; priceMicros: number },
  markup: { minPercent: number; maxPercent: number },
): SearchQuery {
  return {
    keywords: keywordsOf(product.title),
    priceMinMicros: Math.round(product.priceMicros * (1 + markup.minPercent / 100)),
    priceMaxMicros: Math.round(product.priceMicros * (1 + markup.maxPercent / 100)),
  };
}

/** The address of a result page; pages count from 1. `_dmd=1` is the list view: grid pages carry no sellers. */
export function searchUrl({ keywords, priceMinMicros, priceMaxMicros }: SearchQuery, page: number): string {
  const parameters = new URLSearchParams([
    ["_nkw", keywords],
    ["LH_ItemCondition", "1000"],
    ["LH_Free", "1"],
    ["LH_PrefLoc", "1"],
    ["_udlo", dollars(priceMinMicros)],
    ["_udhi", dollars(priceMaxMicros)],
    ["_ipg", String(LISTINGS_PER_PAGE)],
    ["_pgn", String(page)],
    ["_dmd", "1"],
  ]);
  return `https://www.ebay.com/sch/i.html?${parameters}`;
}

/** Cut at 100 characters, between words where there is more than one. */
function keywordsOf(title: string): string {
  const clean = title
    .replace(/[\p{Cc}\p{Cf}]/gu, " ")
    .replace(/\s+/gu, " ")
    .trim();
  const characters = [...clean];
  if (characters.length <= MAX_KEYWORDS) return clean;
  const cut = characters.slice(0, MAX_KEYWORDS + 1).join("");
  const lastBlank = cut.lastIndexOf(" ");
  return lastBlank > 0 ? cut.slice(0, lastBlank) : characters.slice(0, MAX_KEYWORDS).join("");
}

const dollars = (micros: number): string => (Math.round(micros / 10_000) / 100).toFixed(2);

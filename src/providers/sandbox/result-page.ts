import type { Listing, PageOutcome } from "../../marketplaces/ebay/search-page.ts";
import { Dice } from "./dice.ts";
import type { MarketListing, MarketQuery } from "./listings.ts";
import type { MarketPage, Marketplace } from "./marketplace.ts";
import { type SellerRow, showSeller } from "./seller-row.ts";
import { formatAmount, type Language, WORDING } from "./wording.ts";

export interface StyleWishes {
  layout: "new" | "old" | "mixed";
  /** `auto`: list view where the URL asks for it (`_dmd=1`), else grid. */
  view: "auto" | "grid";
  /** `mixed`: mostly English. */
  language: Language | "mixed";
}

export interface PageStyle {
  layout: "new" | "old";
  view: "list" | "grid";
  language: Language;
  /** New pages may still carry the placeholder cards of the old layout. */
  placeholder: "new" | "old";
  /** White space around texts: none, or line breaks as in a page that was printed prettily. */
  gap: "" | "\n            ";
  /** `class=x` instead of `class="x"`, which is as good. */
  unquoted: boolean;
  /** Behind which card a carousel of other listings stands; null: nowhere. */
  carouselAfter: number | null;
}

export interface ResultCard {
  listing: MarketListing;
  row: SellerRow | null;
  priceText: string;
  upToText: string | null;
}

/** All that a result page says, before it becomes HTML. */
export interface ResultPage {
  query: MarketQuery;
  market: MarketPage;
  style: PageStyle;
  cards: ResultCard[];
}

/** What any reader of the page must find. */
export interface ExpectedPage {
  outcome: PageOutcome;
  hasNext: boolean;
  listings: Listing[];
}

export interface SearchRequest {
  query: MarketQuery;
  page: number;
  pageSize: number;
  wantsList: boolean;
}

export function composeResultPage(marketplace: Marketplace, request: SearchRequest, wishes: StyleWishes): ResultPage {
  const { query, page, pageSize } = request;
  const market = marketplace.search(query, page, pageSize);
  const dice = new Dice(`${marketplace.seed}|style|${query.keywords}|${query.minCents}|${page}`);
  const style = chooseStyle(dice, market, request.wantsList, wishes);
  return { query, market, style, cards: market.listings.map((listing) => toCard(dice, listing, style)) };
}

export function expectedPage({ market, style, cards }: ResultPage): ExpectedPage {
  const listings = cards.map(toExpectedListing);
  if (listings.length === 0) return { outcome: "no_results", hasNext: false, listings };
  return { outcome: style.view === "grid" ? "no_sellers_shown" : "ok", hasNext: market.hasNext, listings };
}

function chooseStyle(dice: Dice, market: MarketPage, wantsList: boolean, wishes: StyleWishes): PageStyle {
  // The notices above looser matches are known in English only, so pages with such a section are English.
  const hasLoose = market.counts.fewerWords + market.counts.international > 0;
  const language = hasLoose ? "en" : (dice.weighted({ de: 0.04, es: 0.06, ja: 0.03 }) ?? "en");
  const layout = dice.chance(0.3) ? "old" : "new";
  const style: PageStyle = {
    layout: wishes.layout === "mixed" ? layout : wishes.layout,
    view: wantsList && wishes.view === "auto" ? "list" : "grid",
    language: hasLoose || wishes.language === "mixed" ? language : wishes.language,
    placeholder: dice.chance(0.2) ? "old" : "new",
    gap: dice.chance(0.1) ? "\n            " : "",
    unquoted: dice.chance(0.15),
    carouselAfter: dice.chance(0.12) && market.listings.length > 8 ? 5 : null,
  };
  return style.layout === "old" ? { ...style, placeholder: "old" } : style;
}

function toCard(dice: Dice, listing: MarketListing, { layout, language, view }: PageStyle): ResultCard {
  const { separators, dollar, to } = WORDING[language];
  const show = (cents: number) => dollar + formatAmount(cents, separators);
  return {
    listing,
    row: view === "grid" ? null : showSeller(dice, layout, language, listing),
    priceText: show(listing.cents),
    upToText: listing.upToCents === null || to === null ? null : show(listing.upToCents),
  };
}

function toExpectedListing({ listing, row }: ResultCard, index: number): Listing {
  return {
    position: index + 1,
    itemId: listing.itemId,
    title: listing.title,
    price: listing.cents / 100,
    currency: "USD",
    url: itemUrl(listing.itemId),
    section: listing.section,
    seller: row?.expected ?? null,
  };
}

const itemUrl = (itemId: string) => `https://www.ebay.com/itm/${itemId}`;

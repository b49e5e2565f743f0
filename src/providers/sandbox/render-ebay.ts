import { escapeHtml } from "./markup.ts";
import { renderNewCard, renderNewPlaceholder } from "./render-card-new.ts";
import { renderOldCard, renderOldPlaceholder } from "./render-card-old.ts";
import type { PageStyle, ResultCard, ResultPage } from "./result-page.ts";
import { groupThousands, WORDING } from "./wording.ts";

/** HTML of a page in three parts; what only makes it as long as a real one stands between them. */
export interface PageParts {
  head: string;
  body: string;
  end: string;
}

export function renderResultPage(page: ResultPage): PageParts {
  const { style, query } = page;
  const title = `${escapeHtml(query.keywords)} for sale | eBay`;
  const head = `<!DOCTYPE html><html lang="${style.language}"><head><title>${title}</title><meta name="viewport" content="width=device-width, initial-scale=1">`;
  const body = `</head><body class="srp--list-view"><div id="gh"><form action="/sch/i.html"><input name="_nkw" value="${escapeHtml(query.keywords)}"></form></div>${controls(page)}${river(page)}`;
  return { head, body: style.unquoted ? unquote(body) : body, end: "</body></html>" };
}

function controls({ market, query, style, cards }: ResultPage): string {
  // Behind the last page there is nothing, and the heading says so.
  const total = groupThousands(
    String(cards.length === 0 ? 0 : market.counts.main),
    WORDING[style.language].separators[0],
  );
  const views = style.view === "list" ? ["2", "Gallery View"] : ["1", "List View"];
  return (
    `<div class="srp-controls"><div class="srp-controls__control srp-controls__count"><h1 class="srp-controls__count-heading">${style.gap}${WORDING[style.language].count(total, escapeHtml(query.keywords))}${style.gap}</h1></div>` +
    `<span class="fake-menu-button"><ul class="fake-menu__items"><li><a class="fake-menu-button__item" href="https://www.ebay.com/sch/i.html?_dmd=${views[0]}"><span>${views[1]}</span></a></li></ul></span></div>`
  );
}

function river(page: ResultPage): string {
  const { style, cards, market } = page;
  const placeholder = style.placeholder === "new" ? renderNewPlaceholder(style) : renderOldPlaceholder(style);
  const list = style.view === "list" ? "srp-list" : "srp-grid";
  // Without a single real match the notice about looser ones stands above the list, not in it.
  const above = market.counts.main === 0 && cards.length > 0 ? nothingExact() + notice(page, 0) : "";
  return (
    `<div class="srp-river"><div id="srp-river-main" class="srp-river-main clearfix"><div class="s-clipped" aria-hidden="true">${placeholder}${placeholder}</div>` +
    `<div class="srp-river-results clearfix" id="srp-river-results">${above}<ul class="srp-results ${list} clearfix">${filters()}${entries(page, above !== "")}${pagination(page)}</ul></div></div></div>`
  );
}

function entries(page: ResultPage, noticeIsAbove: boolean): string {
  const { cards, style, query } = page;
  const render = style.layout === "new" ? renderNewCard : renderOldCard;
  let html = "";
  for (const [index, card] of cards.entries()) {
    if (!(noticeIsAbove && index === 0)) html += notice(page, index);
    html += render(card, style, query.keywords);
    if (index + 1 === style.carouselAfter) html += carousel(cards, style, query.keywords);
  }
  return html;
}

/** The notice where a section of looser matches begins. */
function notice({ cards, market }: ResultPage, index: number): string {
  const section = cards[index]?.listing.section;
  if (section === undefined || section === "main" || cards[index - 1]?.listing.section === section) return "";
  const words =
    section === "fewer_words"
      ? '<span class="BOLD">Results matching fewer words</span>'
      : `<a href="https://www.ebay.com/sch/i.html?LH_PrefLoc=2"><span class="PSEUDOLINK">${market.counts.international}</span></a> items found from eBay international sellers`;
  const tag = market.counts.main === 0 && index === 0 ? "div" : "li";
  return `<${tag} class="srp-river-answer srp-river-answer--REWRITE_START"><section class="su-notice"><section aria-roledescription="Notice" class="section-notice" role="region"><div class="section-notice__header"></div><span class="section-notice__main"><p>${words}</p></span></section></section></${tag}>`;
}

const nothingExact = () =>
  '<div class="srp-river-answer srp-river-answer--SAVE_CARD"><div class="srp-save-null-search"><div class="srp-save-null-search__title"><h3 class="srp-save-null-search__heading">No exact matches found</h3></div></div></div>';

const filters = () =>
  '<li class="srp-river-answer srp-river-answer--NAVIGATION_ANSWER_COLLAPSIBLE_CAROUSEL"><div class="srp-multi-aspect-guidance srp-controls-v3"><div class="carousel" role="group"><ul class="carousel__list"><li class="carousel__snap-point"><a class="srp-carousel-list__item-link--truncated-small-item" href="https://www.ebay.com/sch/i.html?Color=Black"><div>Black<span class="clipped">- apply Color filter</span></div></a></li><li class="carousel__snap-point"><a class="srp-carousel-list__item-link--truncated-small-item" href="https://www.ebay.com/sch/i.html?Brand=Any"><div>98.7% positive (1.2K)</div></a></li></ul></div></div></li>';

/** Other listings in passing: cards like the rest, but no results of this search. */
function carousel(cards: readonly ResultCard[], style: PageStyle, keywords: string): string {
  const guests = cards.slice(0, 4).map((card, index) => {
    const listing = { ...card.listing, itemId: `9${index}${card.listing.itemId.slice(2)}`, title: "Trending now" };
    const guest = { ...card, listing, row: null };
    const html = style.layout === "new" ? renderNewCard(guest, style, keywords) : renderOldCard(guest, style, keywords);
    return `<li class="carousel__snap-point srp-items-carousel__list-item"><ul class="srp-items-carousel__list">${html}</ul></li>`;
  });
  return `<li class="srp-river-answer srp-river-answer--SPECTRUM_OF_VALUE_CAROUSEL"><div class="srp-sov"><div class="srp-items-carousel__container"><div class="srp-items-carousel__title-block"><h2 class="srp-items-carousel__title-block-heading">Trending auctions</h2></div><div class="srp-items-carousel__items-container"><div class="srp-items-carousel__element-block"><div class="carousel srp-items-carousel" role="group"><div class="carousel__viewport"><ul class="carousel__list">${guests.join("")}</ul></div></div></div></div></div></div></li>`;
}

function pagination({ market, style }: ResultPage): string {
  if (market.page === 1 && !market.hasNext) return "";
  const next = market.hasNext
    ? `<a href="https://www.ebay.com/sch/i.html?_pgn=${market.page + 1}" type="next" class="pagination__next icon-link" aria-label="${WORDING[style.language].nextPage}"><svg></svg></a>`
    : `<button type="next" class="pagination__next icon-btn" aria-disabled="true" aria-label="${WORDING[style.language].nextPage}"><svg></svg></button>`;
  return `<li class="srp-river-answer srp-river-answer--BASIC_PAGINATION_V2"><div class="s-pagination"><nav role="navigation" class="pagination"><button type="previous" class="pagination__previous icon-btn" aria-disabled="true"></button><ol class="pagination__items"><li><a class="pagination__item" aria-current="page" href="#">${market.page}</a></li></ol>${next}</nav></div></li>`;
}

/** A quoted value without blanks means the same without its quotes. */
const unquote = (html: string) => html.replace(/ class="([\w-]+)"/g, " class=$1");

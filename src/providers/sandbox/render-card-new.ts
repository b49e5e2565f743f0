import { escapeHtml, itemLink, itemToken, trackingData } from "./markup.ts";
import type { PageStyle, ResultCard } from "./result-page.ts";
import type { SellerRow } from "./seller-row.ts";
import { WORDING } from "./wording.ts";

/** A card of the layout that eBay serves since 2025: `li.s-card`. */
export function renderNewCard(card: ResultCard, style: PageStyle, keywords: string): string {
  const { listing } = card;
  const shape = style.view === "grid" ? "vertical" : "horizontal";
  const title = escapeHtml(listing.title);
  const link = itemLink(listing.itemId, keywords);
  return (
    `<li ${trackingData(listing.itemId)} id="item${itemToken(listing.itemId)}" data-listingid="${listing.itemId}" class="s-card s-card--${shape}">` +
    `<div class="su-card-container su-card-container--${shape}">${media(link, title, listing.itemId)}` +
    `<div class="su-card-container__content">${header(link, title, style)}${attributes(card, style)}${footer(style)}</div>` +
    "</div></li>"
  );
}

/** The invisible card that stands twice before every list. */
export function renderNewPlaceholder({ language, gap }: PageStyle): string {
  const link = "https://ebay.com/itm/123456?hash=item123546&amp;itmprp=enc%3APlaceholder";
  return (
    `<li ${trackingData("0")} id="" data-listingid="2500219655424533" class="s-card s-card--horizontal"><div class="su-card-container su-card-container--horizontal">${media(link, "Shop on eBay", "0")}` +
    `<div class="su-card-container__content"><div class="su-card-container__header"><a class="s-card__link" tabindex="-1" href="${link}"><div role="heading" aria-level="3" class="s-card__title">${text("primary default", "Shop on eBay", gap)}<span class="clipped">${WORDING[language].opensNewWindow}</span></div></a></div>` +
    `<div class="su-card-container__attributes"><div class="su-card-container__attributes__primary">${row(text("primary bold large-1 s-card__price", "$20.00", gap))}</div></div></div></div></li>`
  );
}

function media(link: string, title: string, itemId: string): string {
  return (
    '<div class="su-card-container__media"><div class="s-card__media-wrapper"><div class="su-media-multi-image"><div class="su-media-multi-image__primary"><div class="su-media-container"><div class="su-image">' +
    `<a class="s-card__link image-treatment" href="${link}" ${trackingData(itemId)} target="_blank" tabindex="-1" style="--aspect-ratio: 1;"><img class="s-card__image" loading="lazy" src="https://i.ebayimg.com/images/g/${itemToken(itemId)}/s-l500.webp" alt="${title}"></a>` +
    "</div></div></div></div>" +
    `<span class="s-card__watchheart on-image s-card__watchheart--watch"><a aria-label="watch ${title}" class="s-card__watchheart-click" href="https://www.ebay.com/myb/WatchListAdd?item=${itemId}&amp;pt=null"><span class="s-card__watchheart-icon"><svg class="icon icon--16" focusable="false" aria-hidden="true"><use href="#icon-heart-16"></use></svg></span></a></span></div></div>`
  );
}

function header(link: string, title: string, { language, gap }: PageStyle): string {
  return (
    `<div class="su-card-container__header"><a class="s-card__link" target="_blank" tabindex="-1" href="${link}"><div role="heading" aria-level="3" class="s-card__title">${text("primary default", title, gap)}<span class="clipped">${WORDING[language].opensNewWindow}</span></div></a>` +
    `<div class="s-card__subtitle-row"><div class="s-card__subtitle">${text("secondary default", WORDING[language].brandNew, gap)}</div></div></div>`
  );
}

function attributes(card: ResultCard, { language, gap }: PageStyle): string {
  const { to, buyItNow, freeShipping, location } = WORDING[language];
  const price = text("primary bold large-1 s-card__price", card.priceText, gap);
  const upTo = card.upToText && text("primary bold large-1 s-card__price", card.upToText, gap);
  const facts = [buyItNow, freeShipping, location].map((fact) => row(text("secondary large", fact, gap))).join("");
  const secondary = card.row
    ? `<div class="su-card-container__attributes__secondary">${sellerRows(card.row, gap)}</div>`
    : "";
  return (
    `<div class="su-card-container__attributes${card.row ? " su-card-container__attributes--has-secondary" : ""}">` +
    `<div class="su-card-container__attributes__primary">${row(upTo ? price + text("primary bold large-1", `${to}`, "") + upTo : price)}${facts}</div>${secondary}</div>`
  );
}

function sellerRows({ form, name, feedback }: SellerRow, gap: string): string {
  const shown = escapeHtml(name);
  const spans = row(text("primary large", `${shown} `, gap) + text("primary large", feedback, gap));
  switch (form) {
    case "two_spans":
      return spans;
    case "one_span":
      return row(text("primary large", `${shown} ${feedback}`, gap));
    case "old_wording":
      return (
        row(badge("topRatedSeller", "Top Rated Seller", gap)) +
        row(text("secondary large", `${shown} ${feedback}`, gap))
      );
    case "badge":
      return row(badge("sellerOrStoreInfo", `${shown}  ${feedback}`, gap));
    case "below_notice":
      return row(text("negative bold large", "Save up to 5% when you buy more", gap)) + spans;
    case "above_notice":
      return spans + row(badge("certifiedRefurbished", "eBay Refurbished", gap));
  }
}

function badge(kind: string, content: string, gap: string): string {
  return `<div class="s-card__program-badge-container s-card__program-badge-container--${kind}"><div class="su-program-badge s-card__program-badge"><span class="su-icon" aria-label="Top Rated Plus" role="img"><svg class="icon"><use href="#icon-top-rated"></use></svg></span>${text("default", content, gap)}</div></div>`;
}

// The word is torn apart and reversed by eBay, so that blockers do not find it.
function footer({ language }: PageStyle): string {
  const torn = [...WORDING[language].sponsored]
    .reverse()
    .map((letter) => `<span class="s-rhto495">${letter}\u2063</span>`);
  return `<div class="su-card-container__footer"><div class="s-card__footer"><div class="s-card__footer--row"><div class="s-card__sep"><span role="heading" aria-level="6"><span aria-hidden="true">${torn.join("")}</span></span></div></div></div></div>`;
}

const row = (content: string) => `<div class="s-card__attribute-row">${content}</div>`;

const text = (look: string, content: string, gap: string) =>
  `<span class="su-styled-text ${look}">${gap}${content}${gap}</span>`;

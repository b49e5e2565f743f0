import { escapeHtml, itemLink, itemToken, trackingData } from "./markup.ts";
import type { PageStyle, ResultCard } from "./result-page.ts";
import type { SellerRow } from "./seller-row.ts";
import { WORDING } from "./wording.ts";

/** A card of the layout before 2025, which is still served now and then: `li.s-item`. */
export function renderOldCard(card: ResultCard, style: PageStyle, keywords: string): string {
  const { listing } = card;
  const { language, gap } = style;
  const { to, brandNew, opensNewWindow } = WORDING[language];
  const title = escapeHtml(listing.title);
  const link = itemLink(listing.itemId, keywords);
  const price = card.upToText ? `${card.priceText}<span class="DEFAULT">${to}</span>${card.upToText}` : card.priceText;
  return (
    `<li ${trackingData(listing.itemId)} class="s-item s-item__pl-on-bottom" id="item${itemToken(listing.itemId)}"><div class="s-item__wrapper clearfix">${image(link, title, listing.itemId)}` +
    `<div class="s-item__info clearfix"><div class="s-item__caption"></div><a class="s-item__link" target="_blank" href="${link}"><div class="s-item__title"><span role="heading" aria-level="3">${gap}${title}${gap}</span></div><span class="clipped">${opensNewWindow}</span></a>` +
    `<div class="s-item__subtitle"><span class="SECONDARY_INFO">${gap}${brandNew}${gap}</span></div>${details(price, style, card.row)}</div></div></li>`
  );
}

/** The invisible card that stands twice before every list. */
export function renderOldPlaceholder(style: PageStyle): string {
  const link = "https://ebay.com/itm/123456?hash=item28caef0a3a";
  return (
    `<li class="s-item s-item__pl-on-bottom" id=""><div class="s-item__wrapper clearfix">${image(link, "Shop on eBay", "0")}` +
    `<div class="s-item__info clearfix"><div class="s-item__caption"></div><a class="s-item__link" href="${link}" tabindex="-1"><div class="s-item__title"><span role="heading" aria-level="3">${style.gap}Shop on eBay${style.gap}</span></div></a>${details("$20.00", style, null)}</div></div></li>`
  );
}

function image(link: string, title: string, itemId: string): string {
  return (
    `<div class="s-item__image-section"><div class="s-item__image"><a tabindex="-1" aria-hidden="true" href="${link}" ${trackingData(itemId)}><div class="s-item__image-wrapper image-treatment"><img src="https://i.ebayimg.com/images/g/${itemToken(itemId)}/s-l140.jpg" loading="lazy" alt="${title}"></div></a></div>` +
    `<span class="s-item__watchheart on-image s-item__watchheart--watch"><a aria-label="watch ${title}" class="s-item__watchheart-click" href="https://www.ebay.com/myb/WatchListAdd?item=${itemId}"><span class="s-item__watchheart-icon"><svg class="icon"><use href="#icon-heart-16"></use></svg></span></a></span></div>`
  );
}

function details(price: string, { language, gap }: PageStyle, seller: SellerRow | null): string {
  const { buyItNow, freeShipping, location, sponsored } = WORDING[language];
  const facts = [
    `<span class="s-item__price">${gap}${price}${gap}</span>`,
    `<span class="s-item__dynamic s-item__formatBuyItNow">${gap}${buyItNow}${gap}</span>`,
    `<span class="s-item__shipping s-item__logisticsCost">${gap}${freeShipping}${gap}</span>`,
    `<span class="s-item__location s-item__itemLocation">${gap}${location}${gap}</span>`,
    `<span class="s-item__sep"><div role="text"><span aria-hidden="true">${[...sponsored].reverse().join("")}</span></div></span>`,
  ];
  const primary = facts.map((fact) => `<div class="s-item__detail s-item__detail--primary">${fact}</div>`).join("");
  return (
    `<div class="s-item__details clearfix"><div class="s-item__details-section--primary">${primary}</div><div class="s-item__details-section--center"></div>` +
    `<div class="s-item__details-section--secondary">${seller ? sellerLines(seller, gap) : ""}</div></div>`
  );
}

function sellerLines({ form, name, feedback }: SellerRow, gap: string): string {
  const shown = escapeHtml(name);
  const spans = `<span class="PRIMARY">${gap}${shown} ${gap}</span><span class="PRIMARY">${gap}${feedback}${gap}</span>`;
  switch (form) {
    case "old_wording":
      return line(
        `<span class="s-item__seller-info"><span class="s-item__seller-info-text">${gap}${shown} ${feedback}${gap}</span></span>`,
      );
    case "below_notice":
      return line(SAVINGS) + line(etrs(spans));
    case "badge":
      return topRatedPlus() + line(etrs(`${gap}${shown}  ${feedback}${gap}`));
    case "above_notice":
      return (
        line(etrs(spans)) +
        line(
          `<span class="s-item__seller-logo"><img alt="Visit the eBay Store!" src="https://i.ebayimg.com/logo.png"></span>`,
        )
      );
    default:
      return line(etrs(spans));
  }
}

const SAVINGS =
  '<div class="s-item__sme-container"><span class="s-item__sme s-item__smeInfo"><span class="NEGATIVE BOLD">Save up to 20% when you buy more</span></span></div>';

const etrs = (content: string) =>
  `<span class="s-item__etrs no-icon"><span class="s-item__etrs-text">${content}</span></span>`;

const topRatedPlus = () =>
  line(
    '<span class="s-item__etrs"><span class="tooltip"><button aria-label="Top Rated Plus" class="tooltip__host"><span aria-hidden="true" class="s-item__etrs-badge"></span></button><span class="tooltip__overlay" role="tooltip"><b>Top Rated Plus</b><ul class="s-item__etrs-tooltip--list"><li>Rated highly by buyers</li><li>Takes returns</li><li>Ships within a day</li></ul></span></span><span class="s-item__etrs-text">Top Rated Plus</span></span>',
  );

const line = (content: string) => `<span class="s-item__detail s-item__detail--secondary">${content}</span>`;

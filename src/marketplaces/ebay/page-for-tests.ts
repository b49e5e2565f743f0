/** A search page as small as the reader needs it, for tests. */
export function searchPage(body: string, { heading = "2 results for lamp", after = "" } = {}): string {
  return `<!doctype html><html><head><title>lamp for sale | eBay</title></head><body><h1>${heading}</h1>
    <div class="s-clipped"><li class="s-card"><a href="https://ebay.com/itm/123456">Shop on eBay</a></li></div>
    <div class="srp-river-results">${body.includes("srp-results") ? body : `<ul class="srp-results">${body}</ul>`}${after}</div></body></html>`;
}

interface CardParts {
  id?: string;
  title?: string;
  price?: string;
  /** Markup of the rows below the price. */
  rows?: string;
}

/** A card of the layout since 2025. */
export function newCard({ id = "300000000001", title = "Lamp", price = "$12.99", rows = "" }: CardParts = {}): string {
  return `<li data-listingid="${id}" class="s-card s-card--horizontal"><a href="https://www.ebay.com/itm/${id}?x=1">
    <div role="heading" aria-level="3" class="s-card__title"><span>${title}</span><span class="clipped">Opens in a new window or tab</span></div></a>
    <span class="su-styled-text s-card__price">${price}</span>${rows}<div role="heading" aria-level="6">Sponsored</div></li>`;
}

/** A card of the layout before 2025. */
export function oldCard({ id = "200000000001", title = "Lamp", price = "$12.99", rows = "" }: CardParts = {}): string {
  return `<li class="s-item s-item__pl-on-bottom"><a class=s-item__link href=https://www.ebay.com/itm/${id}?x=1><div class=s-item__title>
    <span role=heading aria-level=3><span class=LIGHT_HIGHLIGHT>New Listing</span>${title}</span></div></a>
    <span class=s-item__price>${price}</span>${rows}</li>`;
}

export const seller = (name: string, feedback = "99.8% positive (12.3K)"): string =>
  `<div><span>${name} </span><span>${feedback}</span></div>`;

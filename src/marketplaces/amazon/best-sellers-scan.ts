import { decodeEntities } from "../ebay/plain-text.ts";
import { collapseBlanks } from "./best-sellers-page.ts";

/** What stands on one ranked card, as text; "" where it shows nothing. */
export interface Card {
  rank: number;
  asin: string | null;
  linkText: string;
  imageAlt: string;
  price: string;
  rating: string;
}

export interface ScannedPage {
  title: string;
  headings: string[];
  /** The page's own absolute address. */
  canonical: string | null;
  cards: Card[];
  /** The highest page number that the pager offers. */
  lastPage: number | null;
}

type Element = HTMLRewriterTypes.Element;

const BADGE = ".zg-bdg-text, .zg-badge-text";
const CONTAINER = "#gridItemRoot, li.a-carousel-card, .zg-item-immersion, div[data-asin]";
const PRODUCT_LINK = 'a[href*="/dp/"], a[href*="/gp/product/"]';
const PRICE = '.a-color-price, span[class*="p13n-sc-price"]';
const RATING = '.a-icon-alt, a[href*="/product-reviews/"]';

/** Collects what the readers need in one pass. A card begins at its container or, without one, at its rank badge. */
export function scanPage(html: string): ScannedPage {
  const scanner = new Scanner();
  try {
    scanner.attach(new HTMLRewriter()).transform(html);
  } catch {
    // The rewriter gives up on some broken markup: what was read until then still counts.
  }
  return scanner.finish();
}

class Scanner {
  #title = "";
  #headings: string[] = [];
  #canonical: string | null = null;
  #lastPage: number | null = null;
  #cards: Card[] = [];
  #card: Card | null = null;
  #badge = "";
  #containers = 0;
  #insidePrice = 0;
  #priceDone = false;
  #titleDone = false;

  attach(rewriter: HTMLRewriter): HTMLRewriter {
    return this.#attachCards(this.#attachFrame(rewriter));
  }

  finish(): ScannedPage {
    this.#closeCard();
    return {
      title: collapseBlanks(decodeEntities(this.#title)),
      headings: this.#headings.map((text) => collapseBlanks(decodeEntities(text))),
      canonical: this.#canonical,
      cards: this.#cards,
      lastPage: this.#lastPage,
    };
  }

  #attachFrame(rewriter: HTMLRewriter): HTMLRewriter {
    return rewriter
      .on("title", {
        text: ({ text }) => {
          this.#title += text;
        },
      })
      .on("h1", {
        element: () => void this.#headings.push(""),
        text: ({ text }) => void this.#headings.push((this.#headings.pop() ?? "") + text),
      })
      .on('link[rel="canonical"]', {
        element: (link) => {
          this.#canonical ??= attribute(link, "href") || null;
        },
      })
      .on('a[href*="pg="]', { element: (link) => this.#readPager(attribute(link, "href")) });
  }

  #attachCards(rewriter: HTMLRewriter): HTMLRewriter {
    return rewriter
      .on(CONTAINER, { element: (element) => this.#enterContainer(element) })
      .on(BADGE, {
        element: () => {
          this.#badge = "";
        },
        text: ({ text, lastInTextNode }) => {
          this.#badge += text;
          if (lastInTextNode) this.#openCard();
        },
      })
      .on(PRICE, {
        element: (element) => this.#enterPrice(element),
        text: ({ text }) => this.#add("price", text),
      })
      .on(PRODUCT_LINK, {
        element: (link) => this.#readLink(attribute(link, "href")),
        text: ({ text }) => this.#add("linkText", text),
      })
      .on("img[alt]", { element: (image) => this.#fill("imageAlt", attribute(image, "alt")) })
      .on(RATING, {
        element: (element) => this.#fill("rating", attribute(element, "title") || attribute(element, "aria-label")),
        text: ({ text }) => this.#fill("rating", text),
      });
  }

  #readPager(href: string): void {
    const page = /[?&]pg=(\d{1,3})(?:&|$)/.exec(href)?.[1];
    if (page !== undefined && href.includes("zg_bs_pg")) this.#lastPage = Math.max(this.#lastPage ?? 1, Number(page));
  }

  #enterContainer(element: Element): void {
    if (!element.canHaveContent || element.selfClosing) return;
    this.#containers += 1;
    element.onEndTag(() => {
      this.#containers = Math.max(0, this.#containers - 1);
      if (this.#containers === 0) this.#closeCard();
    });
  }

  #openCard(): void {
    const rank = /^\s*#\s*(\d{1,4})\s*$/.exec(this.#badge)?.[1];
    if (rank === undefined) return;
    this.#closeCard();
    this.#card = { rank: Number(rank), asin: null, linkText: "", imageAlt: "", price: "", rating: "" };
  }

  #closeCard(): void {
    if (this.#card) this.#cards.push(decoded(this.#card));
    this.#card = null;
    this.#badge = "";
    this.#insidePrice = 0;
    this.#priceDone = false;
    this.#titleDone = false;
  }

  // A card may show a second price, of other offers: the first one counts, with both ends of a range.
  #enterPrice(element: Element): void {
    if (!this.#card || !element.canHaveContent || element.selfClosing) return;
    this.#insidePrice += 1;
    element.onEndTag(() => {
      this.#insidePrice = Math.max(0, this.#insidePrice - 1);
      if (this.#insidePrice === 0 && this.#card?.price.trim()) this.#priceDone = true;
    });
  }

  // The first link that shows text is the title; later ones lead to the price and to other offers.
  #readLink(href: string): void {
    if (!this.#card) return;
    this.#titleDone = this.#card.linkText.trim() !== "";
    this.#card.asin ??= /\/(?:dp|gp\/product)\/([A-Z0-9]{10})(?![A-Z0-9])/i.exec(href)?.[1] ?? null;
  }

  #add(field: "price" | "linkText", text: string): void {
    if (!this.#card) return;
    if (field === "price" ? this.#priceDone : this.#titleDone || this.#insidePrice > 0) return;
    this.#card[field] += text;
  }

  #fill(field: "imageAlt" | "rating", text: string): void {
    if (this.#card && this.#card[field].trim() === "") this.#card[field] = text;
  }
}

function decoded(card: Card): Card {
  const { rank, asin, linkText, imageAlt, price, rating } = card;
  return {
    rank,
    asin,
    linkText: decodeEntities(linkText),
    imageAlt: decodeEntities(imageAlt),
    price: decodeEntities(price),
    rating: decodeEntities(rating),
  };
}

function attribute(element: Element, name: string): string {
  return decodeEntities(element.getAttribute(name) ?? "");
}

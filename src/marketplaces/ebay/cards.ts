import { ClassReader, type ClassTraits } from "./class-traits.ts";
import type { Tag } from "./markup.ts";
import { plainText } from "./plain-text.ts";
import { Scope } from "./scope.ts";
import type { Section } from "./search-page.ts";

/** One piece of a card's text. `link`: inside the link to the listing, which holds no more than its title. */
export interface Line {
  text: string;
  place: "title" | "hidden" | "price" | "link" | "row";
}

/** What stands between the tags of one card, not yet understood. */
export interface Card {
  /** eBay's own mark of a listing card; without it the card is only an element that links to one listing. */
  marked: boolean;
  inResults: boolean;
  inCarousel: boolean;
  /** The list it stands in, counted over the page. */
  list: number;
  /** The lists around that one, the nearest last. */
  outerLists: readonly number[];
  section: Section;
  /** Ids of the listings it links to, in order. */
  itemIds: string[];
  /** The site the link leads to. */
  host: string | null;
  imageText: string;
  lines: Line[];
}

/** Cuts the results of a page into cards while its markup is read. */
export class CardReader {
  readonly cards: Card[] = [];
  /** The page has a list of results, be it empty. */
  hasResults = false;
  section: Section = "main";
  #card: Card | null = null;
  #listsSeen = 0;
  readonly #lists: number[] = [];
  readonly #classes = new ClassReader();
  readonly #element = new Scope();
  readonly #results = new Scope();
  readonly #carousel = new Scope();
  readonly #link = new Scope();
  readonly #heading = new Scope();
  readonly #hidden = new Scope();
  readonly #price = new Scope();

  get insideMarked(): boolean {
    return this.#card?.marked === true;
  }

  /** What the document before left open ends with it. */
  startDocument(): void {
    this.end();
    this.section = "main";
    this.#leaveLists();
  }

  open(tag: Tag): void {
    const traits = this.#classes.traits(tag.attribute("class"));
    this.#openAround(tag.name, traits);
    const marked = traits.card || listingIdOf(tag) !== null;
    if (this.#startsCard(tag.name, marked)) this.#start(tag, marked);
    else if (this.#card) this.#openInside(this.#card, tag, traits);
  }

  close(name: string): void {
    this.#results.close(name);
    this.#carousel.close(name);
    if (name === "ul" || name === "ol") this.#closeList();
    if (!this.#card) return;
    for (const scope of [this.#link, this.#heading, this.#hidden, this.#price]) scope.close(name);
    if (this.#element.close(name)) this.end();
  }

  text(text: string): void {
    if (this.#card && this.#card.lines.length < MAX_LINES) this.#card.lines.push({ text, place: this.#place() });
  }

  /** The page is over, or the element is: what was read of the card is kept. */
  end(): void {
    if (this.#card && this.#card.itemIds.length > 0) this.cards.push(this.#card);
    this.#card = null;
  }

  #openAround(name: string, traits: ClassTraits): void {
    this.#results.open(name);
    this.#carousel.open(name);
    if (traits.river) this.end(); // The frame of the results: a card that is still open was not closed.
    if (traits.results) {
      this.#leaveLists();
      this.hasResults = true;
    }
    if (name === "ul" || name === "ol") this.#lists.push(++this.#listsSeen);
    if (traits.results) this.#results.enter(name);
    // An item of a list may have no end tag and would never end; carousels have other elements around their list.
    if (traits.carousel && name !== "li") this.#carousel.enter(name);
  }

  /** Results are never inside another list: where they seem to be, its end tag is missing. */
  #leaveLists(): void {
    this.#lists.length = 0;
    this.#results.leave();
    this.#carousel.leave();
  }

  /** The end tag of a list item may be missing: then the next item of its list ends it, or the list does. */
  #closeList(): void {
    this.#lists.pop();
    const list = this.#card?.list;
    if (list !== undefined && this.#list < list) this.end();
  }

  #startsCard(name: string, marked: boolean): boolean {
    const card = this.#card;
    if (!card) return marked || name === "li";
    const nextItem = name === "li" && this.#element.name === "li" && this.#list === card.list;
    return nextItem || (marked && (!card.marked || this.#element.name === name));
  }

  /** The list being read, counted over the page; 0 outside of lists. */
  get #list(): number {
    return this.#lists.at(-1) ?? 0;
  }

  #start(tag: Tag, marked: boolean): void {
    this.end();
    for (const scope of [this.#link, this.#heading, this.#hidden, this.#price]) scope.leave();
    this.#element.leave();
    this.#element.enter(tag.name);
    this.#card = {
      marked,
      inResults: this.#results.inside,
      inCarousel: this.#carousel.inside,
      list: this.#list,
      outerLists: this.#lists.slice(-1 - MAX_OUTER_LISTS, -1),
      section: this.section,
      itemIds: [],
      host: null,
      imageText: "",
      lines: [],
    };
    const id = listingIdOf(tag);
    if (id !== null && /^\d{9,15}$/.test(id)) this.#card.itemIds.push(id);
  }

  #openInside(card: Card, tag: Tag, traits: ClassTraits): void {
    const { name } = tag;
    this.#element.open(name);
    for (const scope of [this.#heading, this.#hidden, this.#price]) scope.open(name);
    if (name === "a") this.#openLink(card, tag);
    else if (name === "img") card.imageText ||= plainText(tag.attribute("alt") ?? "");
    if (traits.hidden) this.#hidden.enter(name);
    // The first heading is the title; the first price is what the listing costs, those below it are crossed out.
    if ((traits.title || isHeading(tag)) && !has(card, "title")) this.#heading.enter(name);
    if (traits.price && !has(card, "price")) this.#price.enter(name);
  }

  #openLink(card: Card, tag: Tag): void {
    this.#link.leave(); // Links do not nest: the next one ends one that was left open.
    const link = ITEM_LINK.exec(tag.attribute("href") ?? "");
    const id = link?.[2] ?? link?.[3];
    if (id === undefined) return;
    this.#link.enter("a");
    card.host ??= link?.[1] ?? null;
    if (card.itemIds.length < MAX_IDS && !card.itemIds.includes(id)) card.itemIds.push(id);
  }

  #place(): Line["place"] {
    if (this.#hidden.inside) return "hidden";
    if (this.#heading.inside) return "title";
    if (this.#price.inside) return "price";
    return this.#link.inside ? "link" : "row";
  }
}

function has({ lines }: Card, wanted: Line["place"]): boolean {
  return lines.some(({ place }) => place === wanted);
}

function listingIdOf(tag: Tag): string | null {
  return tag.attribute("data-listingid") ?? tag.attribute("listingid");
}

/** Headings of the lower levels are small print, such as "Sponsored". */
function isHeading(tag: Tag): boolean {
  if (HEADINGS.has(tag.name)) return true;
  return tag.attribute("role") === "heading" && !/^[5-9]$/.test(tag.attribute("aria-level") ?? "");
}

const HEADINGS: ReadonlySet<string> = new Set(["h1", "h2", "h3", "h4"]);

// The id stands behind an optional title, or in a link to the product page of the listing.
const ITEM_LINK =
  /^(?:https?:)?(?:\/\/([^/?#]*))?\/(?:itm\/(?:[^/?#]*\/)?(\d{9,15})(?!\d)|p\/[^#]*[?&;]iid=(\d{9,15})(?!\d))/i;

// More than any card has; it bounds what a broken page can pile up in one.
const MAX_LINES = 200;
const MAX_IDS = 20;
const MAX_OUTER_LISTS = 8;

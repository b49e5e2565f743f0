import { type Card, CardReader } from "./cards.ts";
import { type MarkupReader, scanMarkup, type Tag } from "./markup.ts";
import { asksForProof, countsZero, meansNext, saysNothingFound, sectionBelow } from "./notices.ts";
import { plainText, visibleText } from "./plain-text.ts";
import { Scope } from "./scope.ts";

/** What a page shows, before its cards are understood. */
export interface PageFacts {
  cards: readonly Card[];
  /** The page has a list of results, be it empty. */
  hasResults: boolean;
  hasNext: boolean;
  /** The page belongs to eBay's search, whatever was found. */
  isSearch: boolean;
  /** eBay itself says that nothing was found. */
  foundNothing: boolean;
  /** In place of its content the page asks the visitor to prove something (a captcha, a browser check). */
  asksForProof: boolean;
}

export function readPageFacts(html: string): PageFacts {
  const reader = new PageReader();
  scanMarkup(html, reader);
  return reader.finish();
}

class PageReader implements MarkupReader {
  readonly #cards = new CardReader();
  readonly #facts = { hasNext: false, isSearch: false, foundNothing: false, asksForProof: false };
  readonly #heading = new Scope();
  #headingText = "";
  #previousText = "";
  #opening = "";

  open(tag: Tag): void {
    const { name } = tag;
    this.#cards.open(tag);
    if (this.#cards.insideMarked) return;
    this.#heading.open(name);
    if (name === "h1") this.#openHeading();
    const classes = tag.attribute("class") ?? "";
    if (classes.includes("srp-")) this.#readResultsPart(tag, classes);
    if (name === "a" || name === "link") this.#readLink(tag, classes);
    if (LOADING.has(name)) this.#readLoading(tag);
  }

  close(name: string): void {
    this.#cards.close(name);
    if (!this.#heading.close(name)) return;
    if (countsZero(this.#headingText)) this.#facts.foundNothing = true;
    this.#headingText = "";
  }

  text(raw: string): void {
    if (!/\S/.test(raw)) return;
    const text = plainText(raw.length > MAX_TEXT ? raw.slice(0, MAX_TEXT).toWellFormed() : raw);
    this.#cards.text(text);
    if (!this.#cards.insideMarked) this.#readText(visibleText(text));
  }

  finish(): PageFacts {
    this.#cards.end();
    const { cards, hasResults } = this.#cards;
    if (cards.length === 0 && asksForProof(this.#opening)) this.#facts.asksForProof = true;
    return { ...this.#facts, cards, hasResults };
  }

  /** The heading that counts the results starts a document; several can follow each other in one answer. */
  #openHeading(): void {
    this.#heading.enter("h1");
    this.#cards.startDocument();
  }

  #readResultsPart(tag: Tag, classes: string): void {
    this.#facts.isSearch = true;
    if (classes.includes("srp-save-null-search")) this.#facts.foundNothing = true;
    // Module 1706 parts looser matches from the others; the same mark on module 4721 tells of a corrected spelling.
    // The words of the notice, where they are known, say more.
    const parts = classes.includes("REWRITE_START") && /mi:1706(?!\d)/.test(tag.attribute("data-view") ?? "");
    if (parts) this.#cards.section = "fewer_words";
  }

  #readLink(tag: Tag, classes: string): void {
    const href = tag.attribute("href") ?? "";
    if (EBAY_SEARCH.test(href)) this.#facts.isSearch = true;
    if (!PAGED.test(href) || tag.attribute("aria-disabled") === "true") return;
    const kind = `${tag.attribute("type") ?? ""} ${tag.attribute("rel") ?? ""}`;
    const next = /\bnext\b/i.test(kind) || /(?:^|[\s_-])next(?:\s|$)/.test(classes);
    if (next || meansNext(tag.attribute("aria-label") ?? "")) this.#facts.hasNext = true;
  }

  /** Challenge pages carry little text, yet what they load gives them away in every language. */
  #readLoading(tag: Tag): void {
    const source = tag.attribute("src") ?? tag.attribute("href") ?? tag.attribute("action") ?? "";
    if (CHALLENGE.test(source)) this.#facts.asksForProof = true;
  }

  #readText(text: string): void {
    if (this.#heading.inside && this.#headingText.length < MAX_TEXT) {
      this.#headingText = `${this.#headingText} ${text}`.trim();
    }
    if (saysNothingFound(text)) this.#facts.foundNothing = true;
    if (this.#opening.length < MAX_OPENING) this.#opening += `\n${text}`;
    // Highlighted words split a notice in two.
    this.#cards.section = sectionBelow(text) ?? sectionBelow(`${this.#previousText} ${text}`) ?? this.#cards.section;
    this.#previousText = text;
  }
}

const LOADING = new Set(["script", "link", "iframe", "form"]);
const CHALLENGE = /\/splashui\/|\/challenge-|captcha-delivery\.com|px-captcha|hcaptcha\.com|_Incapsula_/i;
const EBAY_SEARCH = /^https?:\/\/(?:[\w-]+\.)*ebay\.[a-z.]{2,6}\/sch\//i;
const PAGED = /[?&;](?:_pgn|_skc)=\d/;

const MAX_TEXT = 400;
// A page that asks for proof says so at once; further down the same words would be somebody's listing.
const MAX_OPENING = 4_000;

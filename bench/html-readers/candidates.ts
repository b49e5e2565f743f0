import { decodeEntities } from "../../src/marketplaces/ebay/plain-text.ts";
import { readSearchPage } from "../../src/marketplaces/ebay/search-page.ts";
import { type FoundSeller, findSeller } from "../../src/marketplaces/ebay/seller-text.ts";

/** Finds the seller of each listing card of a page; null where a card shows none. */
export type Candidate = (html: string) => (FoundSeller["seller"] | null)[];

const CARD = "ul.srp-results > li.s-card, ul.srp-results > li.s-item";

/** The product's own reader: it does all of its work (titles, prices, sections, outcome), the others only this part. */
export const scan: Candidate = (html) => readSearchPage(html).listings.map(({ seller }) => seller);

/** Bun's native streaming parser, with the cheapest selectors that tell cards apart. */
export const rewriter: Candidate = (html) => {
  const cards: string[][] = [];
  let text = "";
  new HTMLRewriter()
    .on(CARD, {
      element: () => void cards.push([]),
      text: (chunk) => {
        text += chunk.text;
        if (!chunk.lastInTextNode) return;
        cards.at(-1)?.push(text);
        text = "";
      },
    })
    .transform(html);
  return cards.map(sellerOf);
};

interface Node {
  /** 3 for a text node. */
  nodeType: number;
  childNodes?: Node[];
  data?: string;
  rawText?: string;
}

interface Cheerio {
  load(html: string, options: object): (selector: string) => { toArray(): Node[] };
}

/** `options`: `{ xml: { xmlMode: false, decodeEntities: true } }` for htmlparser2, nothing for parse5. */
export const cheerio =
  ({ load }: Cheerio, options: object): Candidate =>
  (html) =>
    load(html, options)(CARD).toArray().map(textsOf).map(sellerOf);

export const nodeHtmlParser =
  ({ parse }: { parse(html: string): { querySelectorAll(selector: string): Node[] } }): Candidate =>
  (html) =>
    parse(html).querySelectorAll(CARD).map(textsOf).map(sellerOf);

interface Sax {
  Parser: new (handlers: object, options: object) => { end(html: string): void };
}

/** htmlparser2 as a stream of events, cards told apart by hand. */
export const sax =
  ({ Parser }: Sax): Candidate =>
  (html) => {
    const cards: string[][] = [];
    const open: { inResults: boolean; inCard: boolean }[] = [{ inResults: false, inCard: false }];
    const handlers = {
      onopentag: (_name: string, { class: classes = "" }: { class?: string }) => {
        const around = open.at(-1);
        const isCard = around?.inResults === true && /(?:^|\s)s-(?:card|item)(?:\s|$)/.test(classes);
        if (isCard) cards.push([]);
        open.push({ inResults: classes.includes("srp-results"), inCard: isCard || around?.inCard === true });
      },
      onclosetag: () => void open.pop(),
      ontext: (text: string) => {
        if (open.at(-1)?.inCard) cards.at(-1)?.push(text);
      },
    };
    new Parser(handlers, { decodeEntities: true }).end(html);
    return cards.map(sellerOf);
  };

function textsOf(node: Node): string[] {
  if (node.nodeType === 3) return [node.data ?? node.rawText ?? ""];
  return (node.childNodes ?? []).flatMap(textsOf);
}

function sellerOf(texts: readonly string[]): FoundSeller["seller"] | null {
  const lines = texts.map((text) => decodeEntities(text).replace(/\s+/g, " ").trim()).filter((text) => text !== "");
  return findSeller(lines)?.seller ?? null;
}

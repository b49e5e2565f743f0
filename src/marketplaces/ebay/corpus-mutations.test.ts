import { describe, expect, test } from "bun:test";
import { corpusNames, corpusPage } from "./corpus-for-tests.ts";
import { readSearchPage, type SearchPage } from "./search-page.ts";

const DECOY = `<li class=s-card><a href=https://www.ebay.com/itm/999999999999>x</a><b>eve 99% positive (12)</b></li>`;

/** Changes of the markup that eBay could make at any time and that change nothing for a reader. */
const MUTATIONS: Record<string, (html: string) => string> = {
  "capital tag names": (html) =>
    html.replace(/<(\/?)(?!script|style)([a-z][\w-]*)/g, (_, end, name) => `<${end}${name.toUpperCase()}`),
  "b in place of span": (html) => html.replace(/<(\/?)span\b/g, "<$1b"),
  "article in place of li": (html) => html.replace(/<(\/?)li\b/g, "<$1article"),
  "no end tags of list items": (html) => html.replace(/<\/li>/g, ""),
  "spans in spans": (html) => html.replace(/<span([^>]*)>([^<>]+)<\/span>/g, "<span$1><span><i>$2</i></span></span>"),
  "other class names around the rows": (html) =>
    html.replace(/su-styled-text|su-card-container|s-item__(?:seller|etrs)[\w-]*/g, "x"),
  "comments inside words": (html) => html.replace(/(\d)(%\s*(?:posi|\())/g, "$1<!-- 5% positive (1) -->$2"),
  "no-break and thin blanks": (html) => html.replace(/(\d)% posi/g, "$1&#8239;%&nbsp;posi"),
  "line breaks between tags": (html) => html.replace(/></g, ">\r\n\t<"),
  "attributes in another order": rewrite((element) => {
    const attributes = [...element.attributes];
    for (const [name] of attributes) if (name) element.removeAttribute(name);
    for (const [name, value] of attributes.reverse()) if (name) element.setAttribute(name, value ?? "");
  }),
  "no data attributes and no ids": rewrite((element) => {
    for (const [name] of [...element.attributes])
      if (name === "id" || name?.startsWith("data-")) element.removeAttribute(name);
  }),
  "no roles": rewrite((element) => void element.removeAttribute("role").removeAttribute("aria-level")),
  "decoys where nobody reads": (html) =>
    `<!-- ${DECOY} --><script>'${DECOY}'</script><textarea>${DECOY}</textarea>${html}`,
};

function rewrite(element: (element: HTMLRewriterTypes.Element) => void): (html: string) => string {
  return (html) => new HTMLRewriter().on("*", { element }).transform(html);
}

// The mark of a notice is a data attribute; where it goes, the known wordings still part the sections.
const essence = ({ outcome, hasNext, listings }: SearchPage) => ({
  outcome,
  hasNext,
  listings: listings.map(({ itemId, price, section, seller }) => ({ itemId, price, section, seller })),
});

// One page of each kind: all forty with all changes would take half a minute.
const KINDS = /airpods4|es-hola|oldfeedback|ja-pink|etrs|fewer-words-vw|norio|grid-us-en-champion|noresults/;

describe.each(Object.entries(MUTATIONS))("stored pages read the same with %s", (_, mutate) => {
  for (const name of corpusNames().filter((name) => KINDS.test(name))) {
    test(name, () => {
      const html = corpusPage(name);
      expect(essence(readSearchPage(mutate(html)))).toEqual(essence(readSearchPage(html)));
    });
  }
});

describe("stored pages of lists lose no seller when every class name changes", () => {
  for (const name of corpusNames().filter((name) => name.includes("-list-"))) {
    test(name, () => {
      const html = corpusPage(name);
      const renamed = rewrite((element) => void element.setAttribute("class", "x"))(html);
      const sellers = ({ listings }: SearchPage) =>
        listings.flatMap(({ itemId, seller }) => (seller ? [{ itemId, seller }] : []));
      expect(sellers(readSearchPage(renamed))).toEqual(sellers(readSearchPage(html)));
    });
  }
});

import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { readSearchPage } from "../../marketplaces/ebay/search-page.ts";
import { Filler } from "./filler.ts";
import { createMarketplace } from "./marketplace.ts";
import { CHALLENGE_PAGE, ERROR_PAGE } from "./other-pages.ts";
import { type PageParts, renderResultPage } from "./render-ebay.ts";
import { composeResultPage, expectedPage, type ResultPage, type StyleWishes } from "./result-page.ts";
import { LANGUAGES } from "./wording.ts";

const REAL_PAGES = new URL("../../../../shared/data/ebay-search-html/", import.meta.url).pathname;

const marketplace = createMarketplace({ seed: "pages" });
const filler: string = JSON.parse(`"${new Filler("pages", 120_000).slice(100_000, 0)}"`);
const toHtml = ({ head, body, end }: PageParts) => head + filler + body + filler + end;

function pagesOf(wishes: Partial<StyleWishes>, wantsList = true): ResultPage[] {
  const style: StyleWishes = { layout: "mixed", view: "auto", language: "mixed", ...wishes };
  return Array.from({ length: 60 }, (_, index) => {
    const keywords = index % 3 === 0 ? `98.7% positive (1.2K) <b> "&" ${index}` : `Kelptide X${index} Größe 📱 Lamp`;
    const query = { keywords, minCents: 900, maxCents: 250_000 };
    return composeResultPage(marketplace, { query, page: 1 + (index % 2), pageSize: 60, wantsList }, style);
  });
}

/** What is written on the page, without what only the marketplace knows. */
function asRead(html: string) {
  const { outcome, hasNext, listings } = readSearchPage(html);
  return {
    outcome,
    hasNext,
    listings: listings.map(({ seller, ...listing }) => ({
      ...listing,
      seller: seller && {
        ...seller,
        username: seller.username
          .replace(/\u200b/g, "")
          .trim()
          .toLowerCase(),
      },
    })),
  };
}

describe("a rendered result page", () => {
  for (const layout of ["new", "old"] as const) {
    for (const language of LANGUAGES) {
      test(`holds, read by the product's own reader, exactly its truth (${layout} layout, ${language})`, () => {
        for (const page of pagesOf({ layout, language })) {
          expect(asRead(toHtml(renderResultPage(page)))).toEqual(expectedPage(page));
        }
      });
    }
  }

  test("shows no seller in grid view, whether the address or a wish asks for it", () => {
    for (const page of [...pagesOf({}, false), ...pagesOf({ view: "grid" })]) {
      expect(asRead(toHtml(renderResultPage(page)))).toEqual(expectedPage(page));
      expect(page.cards.every(({ row }) => row === null)).toBe(true);
    }
  });

  test("comes in every form that a seller row can take", () => {
    const forms = new Set(pagesOf({}).flatMap(({ cards }) => cards.map(({ row }) => row?.form)));
    expect([...forms].sort()).toEqual([
      "above_notice",
      "badge",
      "below_notice",
      "old_wording",
      "one_span",
      "two_spans",
    ]);
  });

  test("is no result page when it is a challenge or an error", () => {
    expect(readSearchPage(toHtml(CHALLENGE_PAGE)).outcome).toBe("blocked");
    expect(readSearchPage(toHtml(ERROR_PAGE)).outcome).toBe("unreadable");
  });

  const known = existsSync(REAL_PAGES);
  test.skipIf(!known)(`nests its elements as real pages do${known ? "" : ` (skipped: no ${REAL_PAGES})`}`, async () => {
    const real = new Set<string>();
    for await (const file of new Bun.Glob("*.html.gz").scan(REAL_PAGES)) {
      const html = gunzipSync(await Bun.file(REAL_PAGES + file).bytes()).toString();
      for (const nesting of await nestingsOf(html)) real.add(nesting);
    }
    const unreal = new Set<string>();
    for (const page of pagesOf({ layout: "new" }).concat(pagesOf({ layout: "old" }), pagesOf({}, false)))
      for (const nesting of await nestingsOf(toHtml(renderResultPage(page))))
        if (!real.has(nesting)) unreal.add(nesting);
    expect([...unreal]).toEqual([]);
  });
});

/** "class of the element around > tag.class" for all that cards are made of. */
async function nestingsOf(html: string): Promise<Set<string>> {
  const found = new Set<string>();
  const around: string[] = [];
  const rewriter = new HTMLRewriter().on("body *", {
    element(element) {
      const classes = (element.getAttribute("class") ?? "")
        .split(/\s+/)
        .filter((name) => /^(s-card|su-|s-item)/.test(name));
      const parent = around.at(-1) ?? "";
      if (parent !== "" && !parent.startsWith("srp-items"))
        for (const name of classes) found.add(`${parent} > ${element.tagName}.${name}`);
      if (!element.canHaveContent || element.selfClosing) return;
      around.push(classes[0] ?? /srp-items-carousel\S*/.exec(element.getAttribute("class") ?? "")?.[0] ?? parent);
      element.onEndTag(() => {
        around.pop();
      });
    },
  });
  await rewriter.transform(new Response(html)).text();
  return found;
}

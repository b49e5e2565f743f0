import { describe, expect, test } from "bun:test";
import { newCard, oldCard, searchPage, seller } from "./page-for-tests.ts";
import { readSearchPage } from "./search-page.ts";

const outcomeOf = (html: string | Uint8Array) => readSearchPage(html).outcome;

describe("outcome", () => {
  test("listings with sellers are ok, also when only some show one", () => {
    const page = readSearchPage(searchPage(newCard({ rows: seller("bob") }) + newCard({ id: "300000000002" })));
    expect([page.outcome, page.health.cards, page.health.cardsWithSeller]).toEqual(["ok", 2, 1]);
  });

  test("listings without any seller are never taken for an empty search", () => {
    const heading = "0 results for lamp";
    expect(outcomeOf(searchPage(newCard(), { heading }))).toBe("no_sellers_shown");
    expect(outcomeOf(searchPage(oldCard({ rows: "<b>Oct-27 21:07</b>" }), { heading }))).toBe("no_sellers_shown");
  });

  for (const heading of [
    "0 results for 2002 lamp",
    "<b>0</b> Ergebnisse für lamp",
    "0 resultados para lamp",
    "lamp 55の結果0件",
  ]) {
    test(`no card below "${heading}" is an empty search`, () =>
      expect(outcomeOf(searchPage("", { heading }))).toBe("no_results"));
  }

  test("fallback listings below a count of zero are a good page of looser matches", () => {
    const page = searchPage(
      `<div>Results matching fewer words</div><ul class="srp-results">${newCard({ rows: seller("bob") })}</ul>`,
      {
        heading: "0 results for lamp",
      },
    );
    expect(readSearchPage(page)).toMatchObject({ outcome: "ok", listings: [{ section: "fewer_words" }] });
  });

  for (const heading of [
    "12 results for lamp",
    "1,000,000+ results for 0 gauge",
    "10.500 Ergebnisse für lamp",
    "lampの結果50件",
  ]) {
    test(`no card below "${heading}" means that the page could not be read`, () => {
      expect(outcomeOf(searchPage("", { heading }))).toBe("unreadable");
    });
  }

  test("listings recommended beside an empty list of results are none of them", () => {
    const after = `<div>${newCard({ rows: seller("eve") })}</div>`;
    const html = searchPage(`<ul class="srp-results"></ul>`, { heading: "0 results for lamp", after });
    expect(readSearchPage(html)).toMatchObject({ outcome: "no_results", listings: [] });
  });

  const CHALLENGES = [
    "<title>Pardon Our Interruption...</title><h1>Checking your browser before you access eBay.</h1>",
    "<title>Security Measure | eBay</title>",
    "<p>Please verify yourself to continue</p>",
    `<title>…</title><link rel="stylesheet" href="https://ir.ebaystatic.com/rs/c/challenge-x.css">`,
    `<form action="https://www.ebay.com/splashui/captcha?x=1"></form>`,
    "<title>Access Denied</title><p>You don't have permission to access this server.</p>",
  ];
  for (const html of CHALLENGES) test(`blocked: ${html}`, () => expect(outcomeOf(html)).toBe("blocked"));

  const RUBBISH = [
    "",
    " ",
    "not html",
    "{}",
    "<h1>0 results</h1>",
    "<title>Error Page | eBay</title><h1>We looked everywhere.</h1>",
    "\0\ufffd",
  ];
  for (const html of RUBBISH) {
    test(`unreadable: ${JSON.stringify(html)}`, () => expect(outcomeOf(html)).toBe("unreadable"));
  }
  test("unreadable: bytes that are no text", () =>
    expect(outcomeOf(new Uint8Array([0xff, 0xfe, 0x80]))).toBe("unreadable"));

  test("listings that speak of a captcha are no challenge", () => {
    expect(outcomeOf(searchPage(newCard({ title: "Pardon our interruption", rows: seller("bob") })))).toBe("ok");
  });
});

describe("hasNext", () => {
  const NEXT: [after: string, hasNext: boolean][] = [
    [
      `<a type="next" class="pagination__next icon-link" href="https://www.ebay.com/sch/i.html?_nkw=x&amp;_pgn=2">`,
      true,
    ],
    [`<A HREF="/sch/i.html?_nkw=x&_pgn=2" REL=next>`, true],
    [`<a aria-label="Zur nächsten Seite" href="/sch/i.html?_pgn=3">`, true],
    [`<a aria-label="Ir a la página de búsqueda siguiente" href="/sch/i.html?_pgn=3">`, true],
    [`<a class="pagination__next" aria-disabled="true" href="/sch/i.html?_pgn=3">`, false],
    [`<a class="pagination__next" aria-disabled="true">`, false],
    [`<button class="pagination__next" type="next" aria-disabled="true">`, false],
    [`<a class="pagination__item" href="/sch/i.html?_pgn=2">2</a>`, false],
    [`<button class="carousel__control--next" aria-label="Next slide">`, false],
    ["", false],
  ];
  for (const [after, hasNext] of NEXT) {
    test(`${hasNext ? "a" : "no"} next page: ${after || "nothing"}`, () => {
      expect(readSearchPage(searchPage(newCard(), { after })).hasNext).toBe(hasNext);
    });
  }
});

import { describe, expect, test } from "bun:test";
import { newCard, oldCard, searchPage, seller } from "./page-for-tests.ts";
import { readSearchPage } from "./search-page.ts";

const BOB = { username: "bob.s-shop", feedbackPercent: 99.8, feedbackScore: 12_300, feedbackExact: false };

describe("listings", () => {
  test("a card of the new layout gives its listing", () => {
    const page = readSearchPage(searchPage(newCard({ rows: seller("bob.s-shop") })));
    expect(page.listings).toEqual([
      {
        position: 1,
        itemId: "300000000001",
        title: "Lamp",
        price: 12.99,
        currency: "USD",
        url: "https://www.ebay.com/itm/300000000001",
        section: "main",
        seller: BOB,
      },
    ]);
    expect(page.health).toEqual({ cards: 1, cardsWithSeller: 1, rules: { percent_positive: 1 } });
  });

  test("a card of the old layout gives the same, without the badge before its title", () => {
    const rows = `<span class=s-item__etrs-text>Top Rated Plus</span><span class=s-item__seller-info-text>bob (132,409) 98.7%</span>`;
    const [listing] = readSearchPage(searchPage(oldCard({ rows }))).listings;
    expect(listing).toMatchObject({ itemId: "200000000001", title: "Lamp", price: 12.99, section: "main" });
    expect(listing?.seller).toEqual({
      username: "bob",
      feedbackPercent: 98.7,
      feedbackScore: 132_409,
      feedbackExact: true,
    });
  });

  test("a page can mix layouts; positions count over all of it", () => {
    const page = readSearchPage(searchPage(oldCard({ rows: seller("a1") }) + newCard({ rows: seller("b2") })));
    expect(page.listings.map(({ position, seller }) => [position, seller?.username])).toEqual([
      [1, "a1"],
      [2, "b2"],
    ]);
  });

  test("placeholders and carousels are no listings", () => {
    const carousel = `<li class="srp-river-answer"><div class="carousel"><ul class="carousel__list"><li>${newCard({ id: "300000000009", rows: seller("eve") })}</li></ul></div></li>`;
    const page = readSearchPage(
      searchPage(newCard({ rows: seller("bob") }) + carousel + newCard({ id: "300000000002", rows: seller("al") })),
    );
    expect(page.listings.map(({ seller }) => seller?.username)).toEqual(["bob", "al"]);
  });

  test("decoys in comments, scripts and text areas are not seen", () => {
    const decoy = newCard({ id: "300000000009", rows: seller("eve") });
    const hidden = `<!-- ${decoy} --><script>"${decoy}"</script><textarea>${decoy}</textarea>`;
    const page = readSearchPage(
      searchPage(hidden + newCard({ rows: `<!-- eve 1% positive (1) -->${seller("bob.s-shop")}` })),
    );
    expect(page.listings.map(({ seller }) => seller)).toEqual([BOB]);
  });

  test("a title that looks like a seller row is none, in either layout", () => {
    const title = "fake 100% positive (12)";
    const page = readSearchPage(searchPage(newCard({ title }) + oldCard({ title, rows: seller("bob.s-shop") })));
    expect(page.listings.map(({ title, seller }) => [title, seller])).toEqual([
      [title, null],
      [title, BOB],
    ]);
  });

  test("entities and unusual blanks are decoded in every part", () => {
    const rows = `<span>bob&#46;s-shop&nbsp;</span><span>99.8%&#8239;positive\n (12.3K)</span>`;
    const [listing] = readSearchPage(
      searchPage(newCard({ title: "Bed &amp; Bath", price: "US&nbsp;$1,234.50", rows })),
    ).listings;
    expect(listing).toMatchObject({ title: "Bed & Bath", price: 1234.5, currency: "USD", seller: BOB });
  });

  test("a price range counts with its lower end, a hidden price is none", () => {
    const range = newCard({ price: `$10.44<span class="s-card__price"> to </span>$15.96` });
    const hidden = newCard({ price: "See price", rows: "<span>$5.00</span>" });
    expect(readSearchPage(searchPage(range + hidden)).listings.map(({ price }) => price)).toEqual([10.44, null]);
  });

  test("the id stands behind a title in old links; the site of the link is kept, a foreign one is not", () => {
    const link = (href: string) => `<li class="s-item"><a href="${href}"><h3>Lamp</h3></a></li>`;
    const links = [
      "https://www.ebay.co.uk/itm/A-Lamp/200000000001?x",
      "https://ebay.com.evil.io/itm/200000000002",
      "/itm/200000000003",
    ];
    expect(readSearchPage(searchPage(links.map(link).join(""))).listings.map(({ url }) => url)).toEqual([
      "https://www.ebay.co.uk/itm/200000000001",
      "https://www.ebay.com/itm/200000000002",
      "https://www.ebay.com/itm/200000000003",
    ]);
  });

  test("missing end tags end nothing too late", () => {
    const open = newCard({ rows: seller("bob") }).replace("</li>", "");
    const page = readSearchPage(
      searchPage(`${open}${open.replaceAll("300000000001", "300000000002")}<li>Related searches`),
    );
    expect(page.listings.map(({ itemId, title }) => [itemId, title])).toEqual([
      ["300000000001", "Lamp"],
      ["300000000002", "Lamp"],
    ]);
  });

  test("other class names change nothing as long as a list shows sellers", () => {
    const cards = [1, 2].map((n) => newCard({ id: `30000000000${n}`, rows: seller(`bob${n}`) })).join("");
    const renamed = searchPage(cards).replace(/ (?:class|data-listingid)="[^"]*"/g, "");
    expect(readSearchPage(renamed).listings.map(({ seller, title }) => [seller?.username, title])).toEqual([
      ["bob1", "Lamp"],
      ["bob2", "Lamp"],
    ]);
  });
});

describe("sections", () => {
  const FEWER = [
    "Results matching fewer words",
    "Ergebnisse für weniger Suchbegriffe",
    "Resultados con menos palabras",
  ];
  const ABROAD = [
    "243 items found from eBay international sellers",
    "12 Artikel von internationalen eBay-Verkäufern gefunden",
  ];
  const sectionsWith = (notice: string) => {
    const body = `${newCard()}<li class="srp-river-answer"><span>${notice}</span></li>${newCard({ id: "300000000002" })}`;
    return readSearchPage(searchPage(body)).listings.map(({ section }) => section);
  };

  for (const notice of FEWER) {
    test(`listings below "${notice}" match fewer words`, () =>
      expect(sectionsWith(notice)).toEqual(["main", "fewer_words"]));
  }
  for (const notice of ABROAD) {
    test(`listings below "${notice}" are sold from abroad`, () =>
      expect(sectionsWith(notice)).toEqual(["main", "international"]));
  }
  for (const notice of ["Including results for lamp", "Related searches", "Popular filters"]) {
    test(`"${notice}" parts nothing`, () => expect(sectionsWith(notice)).toEqual(["main", "main"]));
  }

  test("in an unknown language the mark of the notice tells", () => {
    const mark = `<li class="srp-river-answer srp-river-answer--REWRITE_START" data-view="mi:1706|iid:1">Færri orð</li>`;
    const spelling = mark.replace("mi:1706", "mi:4721");
    const page = readSearchPage(searchPage(newCard() + spelling + newCard() + mark + newCard()));
    expect(page.listings.map(({ section }) => section)).toEqual(["main", "main", "fewer_words"]);
  });

  test("a second document in the same answer starts anew", () => {
    const first = searchPage(`<li>Results matching fewer words</li>${newCard()}`);
    const page = readSearchPage(first + searchPage(newCard({ id: "300000000002" })));
    expect(page.listings.map(({ section }) => section)).toEqual(["fewer_words", "main"]);
  });
});

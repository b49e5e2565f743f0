/** A server that speaks the provider's protocol and shares nothing with the sandbox: pages written by hand. */
export interface OtherProvider extends AsyncDisposable {
  url: string;
  /** What was searched for, in words. */
  searches: string[];
}

const BEST_SELLERS = {
  url: "https://www.amazon.com/gp/bestsellers/",
  page: 1,
  results: [
    { pos: 1, asin: "B000000001", title: "Steel bottle, 24 oz", price: 20, currency: "USD", url: "/dp/B000000001" },
    { pos: 2, asin: "B000000002", title: "Desk lamp", price: 10, currency: "USD", url: "/dp/B000000002" },
  ],
  parse_status_code: 12000,
};

const card = (id: number, title: string, seller: string) => `
  <li class="s-item s-item__pl-on-bottom" data-view="mi:1686"><div class="s-item__wrapper clearfix">
    <div class="s-item__info clearfix"><a class="s-item__link" href="https://www.ebay.com/itm/${id}">
      <div class="s-item__title"><span role="heading" aria-level="3">${title}</span></div></a>
      <div class="s-item__details clearfix"><span class="s-item__price">$38.50</span>
        <span class="s-item__shipping">Free shipping</span>
        <span class="s-item__seller-info"><span class="s-item__seller-info-text">${seller}</span></span>
      </div></div></div></li>`;

const PAGES = {
  bottle: [
    card(256000000001, "Bottle", "Anna.Shop (1,204) 99.1%"),
    card(256000000002, "Flask", "bob_and_sons (87) 100%"),
  ],
  lamp: [card(256000000003, "Lamp", "bob_and_sons (87) 100%"), card(256000000004, "Light", "carl-2000 (15,310) 98.7%")],
};

function searchPage(cards: string[]): string {
  return `<!DOCTYPE html><html lang="en"><head><title>For sale | eBay</title></head><body>
    <h1 class="srp-controls__count-heading"><span class="BOLD">${cards.length}</span> results</h1>
    <div id="srp-river-results"><ul class="srp-results srp-list clearfix">${cards.join("")}</ul></div></body></html>`;
}

export function startOtherProvider(): OtherProvider {
  const searches: string[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const job: { source: string; url?: string } = await request.json();
      if (job.source === "amazon_bestsellers") return answer(BEST_SELLERS);
      const parameters = new URL(job.url ?? "").searchParams;
      searches.push(inWords(parameters));
      return answer(searchPage(/bottle/i.test(parameters.get("_nkw") ?? "") ? PAGES.bottle : PAGES.lamp));
    },
  });
  return { url: `http://127.0.0.1:${server.port}`, searches, [Symbol.asyncDispose]: () => server.stop(true) };
}

const answer = (content: unknown) =>
  Response.json({ results: [{ content, status_code: 200, page: 1, url: "", job_id: "1" }] });

function inWords(parameters: URLSearchParams): string {
  const marks = { LH_ItemCondition: "1000", LH_Free: "1", LH_PrefLoc: "1", _dmd: "1" };
  const words = ["new", "free", "US", "list"];
  const kept = Object.entries(marks).flatMap(([name, value], index) =>
    parameters.get(name) === value ? [words[index]] : [],
  );
  const band = `${parameters.get("_udlo")}-${parameters.get("_udhi")}`;
  return [parameters.get("_nkw"), band, ...kept].join(" ");
}

import type { BestSellersPage } from "../marketplaces/amazon/best-sellers.ts";
import type { Listing, SearchPage } from "../marketplaces/ebay/search-page.ts";
import type { SearchQuery } from "../marketplaces/ebay/search-url.ts";
import type { CategoryNode, Fetched, Provider } from "../providers/provider.ts";

export interface ImaginaryOptions {
  /** Milliseconds until an answer comes. */
  latencyMs?: number;
  productsPerCategory?: number;
  listingsPerPage?: number;
  pagesPerSearch?: number;
  /** How many different sellers there are. */
  population?: number;
  /** Called before each answer; what it throws is how the call ends. `billed` tells the provider's own books. */
  beforeAnswer?: (call: { key: string; number: number }) => { billed: boolean } | undefined;
  /** Replaces a search page. */
  page?: (query: SearchQuery, page: number, made: SearchPage) => SearchPage;
}

/** A provider without a network: its answers are JSON of the pages themselves, and it keeps its own books. */
export interface ImaginaryProvider extends Provider {
  /** Billed calls by key, as the provider counts them. */
  readonly billed: Map<string, number>;
  readonly calls: () => number;
  readonly mostInFlight: () => number;
  /** The normalised names that a whole run over these products must find. */
  expectedSellers(products: string[], pages: number): Set<string>;
}

export function imaginaryProvider(options: ImaginaryOptions = {}): ImaginaryProvider {
  const { latencyMs = 0, productsPerCategory = 5, listingsPerPage = 6, pagesPerSearch = 2, population = 40 } = options;
  const billed = new Map<string, number>();
  let calls = 0;
  let inFlight = 0;
  let most = 0;

  const answer = async (key: string, page: unknown, signal: AbortSignal): Promise<Fetched> => {
    calls += 1;
    inFlight += 1;
    most = Math.max(most, inFlight);
    try {
      await (latencyMs > 0 ? Bun.sleep(latencyMs) : Promise.resolve());
      signal.throwIfAborted();
      const books = options.beforeAnswer?.({ key, number: calls });
      if (books?.billed !== false) billed.set(key, (billed.get(key) ?? 0) + 1);
      return { status: 200, body: new TextEncoder().encode(JSON.stringify(page)), durationMs: latencyMs };
    } finally {
      inFlight -= 1;
    }
  };

  const searchPage = (keywords: string, page: number): SearchPage => ({
    outcome: "ok",
    listings: Array.from({ length: listingsPerPage }, (_, index) =>
      listing(keywords, page, index + 1, (hash(`${keywords}/${page}/${index}`) % population) + 1),
    ),
    hasNext: page < pagesPerSearch,
    health: { cards: listingsPerPage, cardsWithSeller: listingsPerPage, rules: {} },
  });

  return {
    name: "recorded",
    billed,
    calls: () => calls,
    mostInFlight: () => most,
    bestSellers: ({ nodeId }: CategoryNode, page, signal) =>
      answer(`node ${nodeId} ${page}`, bestSellers(nodeId, productsPerCategory), signal),
    search: (query, page, signal) => {
      const made = searchPage(query.keywords, page);
      return answer(`search ${query.keywords} ${page}`, options.page?.(query, page, made) ?? made, signal);
    },
    readBestSellers: (body) => ({ kind: "page", page: JSON.parse(new TextDecoder().decode(body)) }),
    readSearch: (body) => ({ kind: "page", page: JSON.parse(new TextDecoder().decode(body)) }),
    expectedSellers: (products, pages) =>
      new Set(
        products.flatMap((title) =>
          Array.from({ length: Math.min(pages, pagesPerSearch) }, (_, index) => searchPage(title, index + 1)).flatMap(
            (made) => made.listings.map((one) => one.seller?.username ?? ""),
          ),
        ),
      ),
  };
}

function bestSellers(nodeId: string, count: number): BestSellersPage {
  const products = Array.from({ length: count }, (_, index) => ({
    rank: index + 1,
    asin: `B${nodeId}${index}`,
    title: `Product ${index} of ${nodeId}`,
    price: 10 + index,
    currency: "USD",
    rating: 4.5,
    url: `https://www.amazon.com/dp/B${nodeId}${index}`,
  }));
  return { outcome: "ok", category: `Category ${nodeId}`, products, pages: 2 };
}

function listing(keywords: string, page: number, position: number, seller: number): Listing {
  return {
    position,
    itemId: String(hash(`${keywords}#${page}#${position}`)),
    title: `${keywords} offer`,
    price: 20,
    currency: "USD",
    url: "https://www.ebay.com/itm/1",
    section: "main",
    seller: { username: `seller_${seller}`, feedbackPercent: 99.1, feedbackScore: seller * 10, feedbackExact: true },
  };
}

function hash(text: string): number {
  return Number(Bun.hash.crc32(text));
}

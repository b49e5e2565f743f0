import type { BestSellersPage } from "../../marketplaces/amazon/best-sellers.ts";
import type { Listing, SearchPage } from "../../marketplaces/ebay/search-page.ts";
import { hash } from "../../providers/sandbox/dice.ts";
import { normalizeName } from "../../sellers/name.ts";

export interface MarketTraits {
  /** Makes its products and sellers different from those of any other. */
  salt: string;
  mostPages: number;
  /** How many different sellers there are. */
  population: number;
  productsPerCategory: number;
}

const NO_RESULTS_IN = 9;
const MOST_LISTINGS = 4;

/** What is to be found, whoever asks and however often: the truth that a run is compared with. */
export class Marketplace {
  readonly #traits: MarketTraits;

  constructor(traits: MarketTraits) {
    this.#traits = traits;
  }

  titleOf(product: number | string): string {
    return `${this.#traits.salt} thing ${product}`;
  }

  search(title: string, page: number): SearchPage {
    const hasResults = page <= this.pagesOf(title);
    const count = hasResults ? this.#roll(`${title}/${page}/count`, MOST_LISTINGS + 1) : 0;
    const listings = Array.from({ length: count }, (_, index) => this.#listing(title, page, index + 1));
    return {
      outcome: hasResults ? "ok" : "no_results",
      listings,
      hasNext: page < this.pagesOf(title),
      health: { cards: count, cardsWithSeller: count, rules: {} },
    };
  }

  bestSellers(nodeId: string, page: number): BestSellersPage {
    const { productsPerCategory } = this.#traits;
    const products = Array.from({ length: productsPerCategory }, (_, index) => {
      // Categories have some products in common.
      const number = (Number(nodeId) - 1) * (productsPerCategory - 1) + (page - 1) * productsPerCategory * 10 + index;
      const title = this.titleOf(number);
      const price = this.#roll(`${title}/price`, 15) === 0 ? null : 10 + number;
      return { rank: index + 1, asin: `A${number}`, title, price, currency: "USD", rating: null, url: "" };
    });
    return { outcome: "ok", category: null, products, pages: 2 };
  }

  /** How many pages of results a search has; 0 when it has none. */
  pagesOf(title: string): number {
    const roll = this.#roll(`${title}/pages`, NO_RESULTS_IN);
    return roll === 0 ? 0 : 1 + (roll % this.#traits.mostPages);
  }

  /** The normalised names on the first pages of a search. */
  sellersOf(title: string, pages: number): string[] {
    const all = Array.from({ length: pages }, (_, index) => this.search(title, index + 1).listings);
    return all.flat().map(({ seller }) => normalizeName(seller?.username ?? ""));
  }

  #listing(title: string, page: number, position: number): Listing {
    const number = this.#roll(`${title}/${page}/${position}`, this.#traits.population);
    const username = `${this.#traits.salt}-seller-${number}`;
    return {
      position,
      itemId: String(hash(`${title}#${page}#${position}`)),
      title: `${title} offer`,
      price: 20,
      currency: "USD",
      url: "https://www.ebay.com/itm/1",
      section: "main",
      // One name, written in two ways.
      seller: {
        username: position % 2 ? username : username.toUpperCase(),
        feedbackPercent: 99,
        feedbackScore: number,
        feedbackExact: true,
      },
    };
  }

  #roll(what: string, sides: number): number {
    return hash(`${this.#traits.salt}/${what}`) % sides;
  }
}

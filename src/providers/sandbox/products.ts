import { Dice, hash } from "./dice.ts";
import { BRANDS, QUALITIES, THINGS, TRAITS } from "./vocabulary.ts";

export const PRODUCTS_PER_PAGE = 50;
export const BEST_SELLER_PAGES = 2;

export interface MarketProduct {
  asin: string;
  title: string;
  price: MarketPrice;
  /** 1-5, one decimal. */
  rating: number;
}

/** How a page shows a price: not at all, as a number, as text only, or as a range. Amounts in cents. */
export type MarketPrice =
  | { kind: "none" }
  | { kind: "number"; cents: number }
  | { kind: "text"; cents: number }
  | { kind: "range"; cents: number; upToCents: number };

/** Products that several categories list; a category holds each at most once. */
const SHARED_PRODUCTS = 401;
const SHARE_OF_SHARED = 0.12;

/** The product at a rank (from 1) of a category's best sellers. */
export function productAt(seed: string, nodeId: string, rank: number): MarketProduct {
  const dice = new Dice(`${seed}|rank|${nodeId}|${rank}`);
  if (!dice.chance(SHARE_OF_SHARED)) return inventProduct(new Dice(`${seed}|product|${nodeId}|${rank}`));
  // 401 is prime, so no two ranks of a category meet the same shared product.
  const shared = (hash(`${seed}|shared|${nodeId}`) + rank * 7) % SHARED_PRODUCTS;
  return inventProduct(new Dice(`${seed}|shared-product|${shared}`));
}

function inventProduct(dice: Dice): MarketProduct {
  const [thing, usualCents] = dice.pick(THINGS);
  const cents = Math.floor((usualCents * (0.6 + dice.next() * 1.2)) / 100) * 100 + 99;
  return {
    asin: inventAsin(dice),
    title: inventTitle(dice, thing),
    price: inventPrice(dice, cents),
    rating: dice.between(34, 49) / 10,
  };
}

function inventAsin(dice: Dice): string {
  let asin = "B0";
  while (asin.length < 10) asin += dice.between(0, 35).toString(36);
  return asin.toUpperCase();
}

function inventTitle(dice: Dice, thing: string): string {
  const model = `${dice.pick(["X", "S", "Pro", "M", "K"])}${dice.between(10, 999)}`;
  const traits = Array.from({ length: dice.between(1, 5) }, () => dice.pick(TRAITS));
  return `${dice.pick(BRANDS)} ${model} ${dice.pick(QUALITIES)} ${thing}, ${[...new Set(traits)].join(", ")}`;
}

function inventPrice(dice: Dice, cents: number): MarketPrice {
  const kind = dice.weighted({ none: 0.04, text: 0.05, range: 0.05 }) ?? "number";
  if (kind === "none") return { kind };
  if (kind === "range") return { kind, cents, upToCents: cents + dice.between(2, 20) * 100 };
  return { kind, cents };
}

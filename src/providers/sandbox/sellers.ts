import { Dice } from "./dice.ts";
import { SELLER_WORDS } from "./vocabulary.ts";

export interface MarketSeller {
  /** Lower case and unique: the name as the master list of sellers would keep it. */
  username: string;
  /** 0-100, one decimal. */
  feedbackPercent: number;
  feedbackScore: number;
}

/** Everybody who sells on the marketplace. A few sell nearly everything, most sell little, as in real life. */
export class SellerPopulation {
  readonly #sellers: MarketSeller[];

  constructor(seed: string, size: number) {
    const dice = new Dice(`${seed}|sellers`);
    const names = new Set<string>();
    while (names.size < size) names.add(inventName(dice, names.size));
    this.#sellers = [...names].map((username) => inventSeller(dice, username));
  }

  /** Zipf's law with exponent 1: the n-th seller is drawn n times less often than the first. */
  draw(dice: Dice): MarketSeller {
    const rank = Math.floor((this.#sellers.length + 1) ** dice.next()) - 1;
    const seller = this.#sellers[rank];
    if (!seller) throw new RangeError(`no seller of rank ${rank}`);
    return seller;
  }
}

/** Other spellings of one name that must not become another seller. */
export function misspell(dice: Dice, username: string): string {
  const middle = dice.between(1, username.length - 1);
  switch (dice.between(0, 3)) {
    case 0:
      return username.toUpperCase();
    case 1:
      return username.charAt(0).toUpperCase() + username.slice(1);
    case 2:
      return `  ${username} `;
    default:
      return `${username.slice(0, middle)}\u200b${username.slice(middle)}`;
  }
}

function inventName(dice: Dice, taken: number): string {
  const joint = dice.pick(["-", "_", ".", "*", "", "", "-", "_"]);
  const words = [dice.pick(SELLER_WORDS), dice.pick(SELLER_WORDS)];
  if (dice.chance(0.3)) words.push(dice.pick(SELLER_WORDS));
  const name = words.join(joint);
  return dice.chance(0.5) ? `${name}${dice.between(1, 99)}` : `${name}${joint}${taken.toString(36)}`;
}

function inventSeller(dice: Dice, username: string): MarketSeller {
  const feedbackScore = dice.chance(0.03) ? 0 : Math.floor(10 ** (dice.next() * 6.3));
  const lost = dice.chance(0.3) ? 0 : dice.next() ** 3 * 120;
  return { username, feedbackScore, feedbackPercent: feedbackScore === 0 ? 0 : Math.round(1000 - lost) / 10 };
}

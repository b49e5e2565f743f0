import { Dice } from "./dice.ts";
import { itemLink } from "./markup.ts";

/**
 * The scripts, styles and drawings that make up most of a real page, as bytes that can stand inside a JSON string.
 * Made once; an answer only takes a slice of it.
 */
export class Filler {
  readonly #bytes: Buffer;
  /** Where a block ends: a slice that ends there is whole markup. */
  readonly #ends: number[] = [0];

  constructor(seed: string, size: number) {
    const dice = new Dice(`${seed}|filler`);
    const blocks: Buffer[] = [];
    for (let length = 0; length < size; ) {
      const block = Buffer.from(jsonEscaped(inventBlock(dice)));
      blocks.push(block);
      length += block.length;
      this.#ends.push(length);
    }
    this.#bytes = Buffer.concat(blocks);
  }

  /** Whole blocks of at most `size` bytes together; `variant` chooses where to begin. */
  slice(size: number, variant: number): Buffer {
    const first = variant % 4;
    const from = this.#ends[first] ?? 0;
    return this.#bytes.subarray(from, this.#lastEndBefore(from + size, first));
  }

  #lastEndBefore(limit: number, first: number): number {
    let low = first;
    let high = this.#ends.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#ends[middle] ?? 0) <= limit) low = middle;
      else high = middle - 1;
    }
    return this.#ends[low] ?? 0;
  }
}

/** A text as it stands inside a JSON string, without the quotes around it. */
export const jsonEscaped = (text: string) => JSON.stringify(text).slice(1, -1);

function inventBlock(dice: Dice): string {
  const words = Array.from({ length: 90 }, () => dice.digits(9));
  switch (dice.between(0, 3)) {
    case 0:
      return `<style>${words.map((word) => `.s-${word}{display:inline-block;margin:0 ${word.slice(0, 1)}px}`).join("\n")}</style>`;
    case 1:
      return `<!-- ${decoyCard(dice.digits(12))} ${words.join(" ")} -->`;
    case 2:
      return `<svg style="display:none" aria-hidden="true"><symbol id="icon-${words[0]}"><path d="M${words.join(" ")}z"></path></symbol></svg>`;
    default:
      return `<script>window.SRP=window.SRP||{};SRP["m${words[0]}"]=${JSON.stringify({ words, template: decoyCard(dice.digits(12)).replaceAll("</", "<\\/") })};</script>`;
  }
}

/** Looks like a listing, but stands in comments and scripts only. */
const decoyCard = (itemId: string) =>
  `<li class="s-card s-card--horizontal"><a class="s-card__link" href="${itemLink(itemId, "decoy")}"><div class="s-card__title">Decoy</div></a><span class="su-styled-text primary large">decoy_seller </span><span class="su-styled-text primary large">99.9% positive (1.2K)</span></li>`;

/** What the class names of an element tell about its part in a search page. */
export interface ClassTraits {
  /** eBay's own mark of a listing card, in both of its layouts. */
  card: boolean;
  /** The list of results. */
  results: boolean;
  /** The results with the notices, answers and carousels among them. */
  river: boolean;
  carousel: boolean;
  title: boolean;
  /** Read by screen readers only, or a badge in front of the title ("New Listing"). */
  hidden: boolean;
  price: boolean;
}

/** Reads class names; the same ones return hundreds of times in a page, so each is understood once. */
export class ClassReader {
  readonly #known = new Map<string, ClassTraits>();

  traits(classes: string | null): ClassTraits {
    if (classes === null || classes === "") return PLAIN;
    const known = this.#known.get(classes);
    if (known) return known;
    const traits = readTraits(classes);
    this.#known.set(classes, traits);
    return traits;
  }
}

function readTraits(classes: string): ClassTraits {
  return {
    card: /(?:^|\s)s-(?:card|item)(?:\s|$)/.test(classes),
    results: /(?:^|\s)srp-results(?:\s|$)/.test(classes),
    river: /(?:^|\s)srp-(?:results|river)/.test(classes),
    carousel: /carousel/i.test(classes),
    title: /(?:^|\s)(?:[\w-]+__|lv)title(?:\s|$)/.test(classes),
    hidden: /(?:^|\s)(?:clipped|LIGHT_HIGHLIGHT)(?:\s|$)/.test(classes),
    price: /(?:^|[\s_-])(?:price|prc)(?:\s|$)/i.test(classes),
  };
}

const PLAIN = readTraits("");

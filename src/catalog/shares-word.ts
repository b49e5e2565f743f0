/**
 * Whether two names have a word in common. Words count as the same when they begin with the same four letters, since
 * Amazon writes one category in several ways: "Fragrance" and "Perfumes & Fragrances", "Irons" and "Ironing Products".
 */
export function sharesWord(a: string, b: string): boolean {
  const stems = stemsOf(b);
  return [...stemsOf(a)].some((stem) => stems.has(stem));
}

const EMPTY_WORDS = new Set(["and", "for", "the", "in", "best", "sellers", "products", "supplies"]);

function stemsOf(name: string): Set<string> {
  const plain = name
    .toLowerCase()
    .normalize("NFKD")
    .replace(/['’]|\p{M}/gu, "");
  const words = plain.match(/[\p{L}\p{N}]+/gu) ?? [];
  return new Set(words.filter((word) => !EMPTY_WORDS.has(word)).map((word) => word.slice(0, 4).replace(/s$/, "")));
}

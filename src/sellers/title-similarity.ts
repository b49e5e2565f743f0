/**
 * How alike two titles are, 0 to 1: twice the words they share over the words they have (Dice). Words are runs of
 * letters and digits in lower case, each counted once.
 */
export function titleSimilarity(a: string, b: string): number {
  const left = wordsOf(a);
  const right = wordsOf(b);
  const total = left.size + right.size;
  if (total === 0) return 0;
  return Math.round((2 * left.intersection(right).size * 100) / total) / 100;
}

const wordsOf = (title: string): Set<string> =>
  new Set(
    title
      .normalize("NFKC")
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [],
  );

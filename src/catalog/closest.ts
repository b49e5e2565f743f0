interface Named {
  id: string;
  name: string;
  nodeId: string;
}

const MAX_SUGGESTIONS = 3;
const MIN_LIKENESS = 0.3;

/** The ids that a mistyped one was probably meant to be, best first: by node, by name, by likeness of the letters. */
export function closest(typed: string, candidates: readonly Named[]): string[] {
  const query = trigrams(typed.slice(0, 200));
  return candidates
    .map(({ id, name, nodeId }) => {
      const likeness = Math.max(dice(query, trigrams(id)), dice(query, trigrams(name)));
      return { id, likeness: nodeId === typed.trim() ? 2 : likeness };
    })
    .filter(({ likeness }) => likeness >= MIN_LIKENESS)
    .sort((a, b) => b.likeness - a.likeness)
    .slice(0, MAX_SUGGESTIONS)
    .map(({ id }) => id);
}

function trigrams(text: string): Set<string> {
  const padded = `  ${text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim()} `;
  return new Set(Array.from({ length: Math.max(0, padded.length - 2) }, (_, index) => padded.slice(index, index + 3)));
}

function dice(a: Set<string>, b: Set<string>): number {
  const shared = [...a].filter((part) => b.has(part)).length;
  return (2 * shared) / (a.size + b.size);
}

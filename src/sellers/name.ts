// Zero-width space, joiners, direction marks, word joiner, byte order mark, soft hyphen.
const INVISIBLE = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]/gu;
const MAX_LENGTH = 255;

/** The name as people see it: trimmed, inner blanks collapsed, invisible characters removed, at most 255 characters. */
export function displayName(raw: string): string {
  const clean = raw.replace(INVISIBLE, "").replace(/\s+/gu, " ").trim();
  return [...clean].slice(0, MAX_LENGTH).join("");
}

/** What two spellings of one seller share: NFKC, lower case, and as `displayName`. */
export function normalizeName(raw: string): string {
  return displayName(raw.normalize("NFKC").toLowerCase().normalize("NFKC"));
}

// Control, format and other characters that are not seen: zero-width, direction marks, fillers, variation selectors.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
const MAX_LENGTH = 255;

/** Nearly every name: nothing in it needs to be cleaned. */
const PLAIN = /^[!-~]{1,255}$/;

/** The name as people see it: trimmed, inner blanks collapsed, invisible characters removed, at most 255 characters. */
export function displayName(raw: string): string {
  if (PLAIN.test(raw)) return raw;
  const blanks = /\s+/gu;
  const clean = raw.toWellFormed().replace(blanks, " ").replace(INVISIBLE, "").replace(blanks, " ").trim();
  return [...clean].slice(0, MAX_LENGTH).join("").trim();
}

/** What two spellings of one seller share: NFKC, lower case, and as `displayName`. */
export function normalizeName(raw: string): string {
  if (PLAIN.test(raw)) return raw.toLowerCase();
  return displayName(raw.normalize("NFKC").toLowerCase().normalize("NFKC"));
}

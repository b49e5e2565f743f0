// What a spreadsheet would run as a formula, also behind apostrophes: so that a guarded text and one that came with an
// apostrophe stay apart, and a round trip is exact.
const FORMULA = /^'*[=+\-@\t\r\n\0]/;

/** Makes a text harmless for a spreadsheet: a leading apostrophe shows it as text. */
export function guarded(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** The text that `guarded` was given. */
export function unguarded(text: string): string {
  return text.startsWith("'") && FORMULA.test(text.slice(1)) ? text.slice(1) : text;
}

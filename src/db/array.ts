/** What an array of a statement's parameters may hold. `undefined` becomes null. */
type Element = string | number | boolean | Date | null | undefined;

/**
 * An array as PostgreSQL reads it, for `${array(values)}::text[]` and the like. The driver writes arrays element by
 * element; for the evidence of a batch that cost as much as reading its pages.
 */
export function array(values: readonly Element[]): string {
  const json = JSON.stringify(values);
  // JSON and array literals quote alike, but for these escapes.
  const literal = json.includes("\\") ? json.replace(ESCAPE, inArray) : json;
  return `{${literal.slice(1, -1)}}`;
}

const ESCAPE = /\\(?:["\\]|u[\da-f]{4}|[bfnrt])/g;

function inArray(escaped: string): string {
  return escaped === '\\"' || escaped === "\\\\" ? escaped : JSON.parse(`"${escaped}"`);
}

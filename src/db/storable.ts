// PostgreSQL takes neither NUL nor half a character, and has bounds for numbers. One such value in an answer must not keep
// everything that came with it from being written.

const MAX_INTEGER = 2_147_483_647;
/** More than anything costs; in currency units. */
const MAX_PRICE = 1_000_000_000;

export function storableText(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed();
  return whole.includes("\0") ? whole.replaceAll("\0", "") : whole;
}

/** Null for what is no count that fits: nobody has that many. */
export function storableCount(count: number | null): number | null {
  return count !== null && count >= 0 && count <= MAX_INTEGER ? Math.round(count) : null;
}

/** Micro-units of a price in currency units; null for what is no price. */
export function storablePriceMicros(price: number | null): number | null {
  return price !== null && price >= 0 && price <= MAX_PRICE ? Math.round(price * 1_000_000) : null;
}

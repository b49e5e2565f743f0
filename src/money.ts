/** Money is an integer of micro-dollars; cents are for display and for the JSON fields that are named so. */
export const MICROS_PER_CENT = 10_000;
export const MICROS_PER_DOLLAR = 1_000_000;

/** Rounded up: what is shown is never less than what is spent. */
export const toCents = (micros: number): number => Math.ceil(micros / MICROS_PER_CENT);

export const centsToMicros = (cents: number): number => cents * MICROS_PER_CENT;

/** The first day of the UTC month whose cap a call of this moment counts against: `2026-11-01`. */
export const monthOf = (now: Date): string => `${now.toISOString().slice(0, 7)}-01`;

/** `$12.34`, rounded up to the cent. */
export const formatUsd = (micros: number): string => `$${(toCents(micros) / 100).toFixed(2)}`;

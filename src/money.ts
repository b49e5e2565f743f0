/** Money is an integer of micro-dollars; cents are for display and for the JSON fields that are named so. */
export const MICROS_PER_CENT = 10_000;
export const MICROS_PER_DOLLAR = 1_000_000;

/** Rounded up: what is shown is never less than what is spent. */
export const toCents = (micros: number): number => Math.ceil(micros / MICROS_PER_CENT);

export const centsToMicros = (cents: number): number => cents * MICROS_PER_CENT;

/** `$12.34`, rounded up to the cent. */
export const formatUsd = (micros: number): string => `$${(toCents(micros) / 100).toFixed(2)}`;

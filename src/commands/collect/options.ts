import { EXIT, Failure } from "../../exit.ts";

/** What `collect` was asked for on the command line. */
export interface CollectOptions {
  categories?: string[];
  preset?: string;
  products?: string;
  name?: string;
  workers?: number;
  pages?: number;
  bestSellerPages?: number;
  markupMin?: number;
  markupMax?: number;
  budgetCents?: number;
  stopAtCap?: boolean;
  includeLooseMatches?: boolean;
  resume?: string;
  export?: string;
  json?: boolean;
}

/** @throws Failure when not exactly one thing to collect is named, or an option does not go with it. */
export function checkSelection(options: CollectOptions): void {
  const named = [options.categories, options.preset, options.products, options.resume];
  if (named.filter((choice) => choice !== undefined).length !== 1) {
    throw new Failure(
      EXIT.usage,
      "Name exactly one of --categories, --preset, --products or --resume. `sellercollection catalog` lists the categories.",
    );
  }
  const fixed = options.resume === undefined ? undefined : FIXED_AT_START.find((name) => options[name] !== undefined);
  if (fixed)
    throw new Failure(EXIT.usage, `${flagOf(fixed)} cannot be changed any more: it was fixed when the run was made.`);
}

const FIXED_AT_START = [
  "name",
  "pages",
  "bestSellerPages",
  "markupMin",
  "markupMax",
  "includeLooseMatches",
] as const satisfies (keyof CollectOptions)[];

const flagOf = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

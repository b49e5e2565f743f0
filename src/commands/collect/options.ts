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

/** @throws Failure when not exactly one thing to collect is named. */
export function checkSelection(options: CollectOptions): void {
  const named = [options.categories, options.preset, options.products, options.resume].filter(Boolean).length;
  if (named === 1) return;
  throw new Failure(
    EXIT.usage,
    "Name exactly one of --categories, --preset, --products or --resume. `sellercollection catalog` lists the categories.",
  );
}

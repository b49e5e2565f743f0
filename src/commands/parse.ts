import { EXIT, type ExitCode, Failure } from "../exit.ts";
import { type ParsedFile, type ParsedKind, parseFile } from "./parse-file.ts";

/**
 * Reads stored pages or answers and prints what is in them: with `json` one object a line, else tables.
 * Files that cannot be read are named on standard error and the others still printed.
 * @returns 0, or 65 when a file could not be read.
 */
export async function runParse(kind: ParsedKind, files: string[], options: { json?: boolean }): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.ok;
  for (const file of files) {
    try {
      printParsed([await parseFile(kind, file)], options.json === true);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      console.error(error.message);
      exitCode = EXIT.badInput;
    }
  }
  return exitCode;
}

export function printParsed(results: readonly ParsedFile[], json: boolean): void {
  for (const result of results) console.log(json ? JSON.stringify(result) : describe(result));
}

function describe(result: ParsedFile): string {
  return "listings" in result ? describeSearch(result) : describeBestSellers(result);
}

function describeSearch({ file, outcome, listings, ...counts }: Extract<ParsedFile, { listings: unknown }>): string {
  const next = counts.has_next ? "a next page" : "no next page";
  const rows = listings.map(({ position, item_id, title, price, currency, section, seller }) => [
    String(position),
    item_id,
    money(price, currency),
    section,
    seller ? seller.username : "-",
    seller ? feedback(seller) : "-",
    title,
  ]);
  return [
    `${file}: ${outcome}, ${counts.cards} listings, ${counts.cards_with_seller} with seller, ${next}`,
    ...table(rows),
  ].join("\n");
}

function describeBestSellers({
  file,
  outcome,
  category,
  products,
}: Extract<ParsedFile, { products: unknown }>): string {
  const rows = products.map(({ rank, asin, title, price, currency }) => [
    String(rank),
    asin,
    money(price, currency),
    title,
  ]);
  return [`${file}: ${outcome}, ${products.length} products${category ? ` in ${category}` : ""}`, ...table(rows)].join(
    "\n",
  );
}

function money(price: number | null, currency: string | null): string {
  return price === null ? "-" : `${price.toFixed(2)} ${currency ?? "?"}`;
}

type SellerFeedback = { feedback_percent: number | null; feedback_score: number | null; feedback_exact: boolean };

function feedback({ feedback_percent, feedback_score, feedback_exact }: SellerFeedback): string {
  const score = feedback_score === null ? "?" : `${feedback_exact ? "" : "~"}${feedback_score}`;
  return `${feedback_percent ?? "?"}% (${score})`;
}

/** Columns as wide as their widest cell, titles cut so that a line fits most terminals. */
function table(rows: readonly string[][]): string[] {
  const cells = rows.map((row) => row.map(cellOf));
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd());
}

/** Pages are written by others: a control character would speak to the terminal. */
function cellOf(text: string): string {
  const safe = text.replace(/\p{Cc}/gu, " ");
  return safe.length > MAX_CELL ? `${safe.slice(0, MAX_CELL - 1).toWellFormed()}…` : safe;
}

const MAX_CELL = 60;

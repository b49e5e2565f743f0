import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { CsvError, parse } from "csv-parse";
import { parse as parseSync } from "csv-parse/sync";
import { type Columns, understandColumns } from "./columns.ts";
import type { OpenedText } from "./open-text.ts";
import { ProductsFileError } from "./products-file-error.ts";
import { pickFields, type Row } from "./to-product.ts";

const SEPARATORS = [",", ";", "\t", "|"] as const;
/** Excel writes and reads "sep=;" as the first line of a CSV file. */
const SEPARATOR_LINE = /^\s*"?sep=.?"?[ \t]*(\r\n|\r|\n)/i;
const OPTIONS = {
  relax_quotes: true,
  relax_column_count: true,
  // A quote that is never closed would otherwise swallow the rest of the file.
  max_record_size: 1024 * 1024,
} as const;

/** The rows of a CSV file, by its header. `columns` is filled with what the header means before the first row comes. */
export function csvRows(text: OpenedText, columns: Columns): { rows: AsyncIterable<Row>; separator: string } {
  const { separator, names } = readHeader(text.head);
  Object.assign(columns, requireColumns(names));
  return { rows: readRows(text.chunks, separator, columns), separator };
}

async function* readRows(chunks: AsyncIterable<string>, delimiter: string, columns: Columns): AsyncGenerator<Row> {
  const parser = parse({ ...OPTIONS, delimiter });
  // An error of the source reaches the loop below through the parser, which the pipeline destroys with it.
  pipeline(Readable.from(chunks), parser).catch(() => {});
  let row = 0;
  let names: string[] = [];
  try {
    for await (const record of parser) {
      const cells: string[] = record;
      row += 1;
      if (isBlank(cells)) continue;
      if (names.length > 0) yield { row, ...pickFields(toObject(names, cells), columns) };
      else if (!isSeparatorLine(cells)) names = cells.map((cell) => cell.trim());
    }
  } catch (error) {
    throw error instanceof CsvError ? broken(error, row + 1) : error;
  }
}

function isBlank(cells: string[]): boolean {
  return cells.every((cell) => cell.trim() === "");
}

function isSeparatorLine([first = "", ...others]: string[]): boolean {
  return /^sep=.?$/i.test(first) && isBlank(others);
}

function toObject(names: string[], cells: string[]): Record<string, string> {
  const object: Record<string, string> = Object.create(null);
  for (const [index, name] of names.entries()) object[name] ??= cells[index] ?? "";
  return object;
}

function requireColumns(names: string[]): Columns {
  const columns = understandColumns(names);
  const missing = [columns.id ? [] : ["an id (asin, sku, id)"], columns.title ? [] : ["a title (title, name)"]].flat();
  if (missing.length === 0) return columns;
  const shown = names.slice(0, 12).map((name) => JSON.stringify(name.slice(0, 40)));
  throw new ProductsFileError(
    `The first row must name the columns. Missing: ${missing.join(" and ")}. It holds: ${shown.join(", ")}.`,
  );
}

// The separator under which the first row makes the most sense.
function readHeader(head: string): { separator: string; names: string[] } {
  const text = head.replace(SEPARATOR_LINE, "");
  const headers = SEPARATORS.map((separator) => ({ separator, names: firstRecord(text, separator) }));
  const score = (names: string[]) => Object.keys(understandColumns(names)).length * 1000 + names.length;
  return headers.reduce((best, one) => (score(one.names) > score(best.names) ? one : best));
}

function firstRecord(text: string, delimiter: string): string[] {
  try {
    const [names = []] = parseSync(text, { ...OPTIONS, delimiter, to: 1, skip_empty_lines: true });
    return names.map((name) => name.trim());
  } catch {
    return [];
  }
}

function broken(error: CsvError, row: number): ProductsFileError {
  const unclosed = ["CSV_MAX_RECORD_SIZE", "CSV_QUOTE_NOT_CLOSED"].includes(error.code);
  const what = unclosed ? `a quoted field that begins near row ${row} never ends` : `row ${row} is broken`;
  return new ProductsFileError(`The CSV file cannot be read: ${what}. Correct it and try again.`, { cause: error });
}

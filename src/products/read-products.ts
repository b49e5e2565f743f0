import type { Columns } from "./columns.ts";
import { csvRows } from "./csv-rows.ts";
import { guessFormat, type ProductsFormat } from "./format.ts";
import { jsonRows, ndjsonRows } from "./json-rows.ts";
import { type OpenedText, openText, type TextSource } from "./open-text.ts";
import { ProductsFileError } from "./products-file-error.ts";
import { type OwnProduct, type Row, toProduct } from "./to-product.ts";

export interface RefusedRow {
  /** As a spreadsheet counts: the header of a CSV file is row 1. In JSON the first product is row 1, in NDJSON the first line. */
  row: number;
  reason: string;
}

export interface ReadProducts {
  products: OwnProduct[];
  /** The first MAX_REFUSED_SHOWN of them. */
  refused: RefusedRow[];
  refusedTotal: number;
  /** Rows whose id, in upper or lower case, came before: the first one counts. */
  duplicates: number;
  understood: {
    format: ProductsFormat;
    /** Between the columns of a CSV file; null for the other formats. */
    separator: string | null;
    encoding: string;
    /** Which column of the file each field was read from: `{title: "Product Name"}`. */
    columns: Columns;
  };
}

export const MAX_REFUSED_SHOWN = 1000;

/**
 * Reads a list of products, as CSV, JSON (an array, or `{products: [...]}`) or NDJSON; without `format` it is guessed.
 * Bytes are read as they come; only the products are kept. Rows that cannot be used are told, and do not stop the rest.
 * @throws ProductsFileError when the file as a whole cannot be used; the sentence says what to do.
 */
export async function readProducts(source: TextSource, format?: ProductsFormat): Promise<ReadProducts> {
  const text = await openText(source);
  try {
    return await readText(text, format ?? guessFormat(text.head));
  } finally {
    await text.close();
  }
}

async function readText(text: OpenedText, format: ProductsFormat): Promise<ReadProducts> {
  const columns: Columns = {};
  const { rows, separator } = open(format, text, columns);
  const collected = await collect(rows);
  if (collected.products.length === 0) throw nothingUsable(collected.refused[0], collected.refusedTotal);
  return { ...collected, understood: { format, separator, encoding: text.encoding, columns } };
}

type Opened = { rows: AsyncIterable<Row | RefusedRow>; separator: string | null };

function open(format: ProductsFormat, text: OpenedText, columns: Columns): Opened {
  switch (format) {
    case "csv":
      return csvRows(text, columns);
    case "json":
      return { rows: jsonRows(text.chunks, columns), separator: null };
    case "ndjson":
      return { rows: ndjsonRows(text.chunks, columns), separator: null };
  }
}

async function collect(rows: AsyncIterable<Row | RefusedRow>): Promise<Omit<ReadProducts, "understood">> {
  const byId = new Map<string, OwnProduct>();
  const refused: RefusedRow[] = [];
  let [refusedTotal, duplicates] = [0, 0];
  for await (const row of rows) {
    const product = "reason" in row ? row.reason : toProduct(row);
    if (typeof product === "string") {
      refusedTotal += 1;
      if (refused.length < MAX_REFUSED_SHOWN) refused.push({ row: row.row, reason: product });
    } else if (byId.has(product.externalId.toLowerCase())) duplicates += 1;
    else byId.set(product.externalId.toLowerCase(), product);
  }
  return { products: [...byId.values()], refused, refusedTotal, duplicates };
}

function nothingUsable(first: RefusedRow | undefined, total: number): ProductsFileError {
  if (!first) return new ProductsFileError("The file holds a header but no products: add one row for each product.");
  const rows = total === 1 ? "the only row was" : `all ${total} rows were`;
  return new ProductsFileError(`No product could be read: ${rows} refused. Row ${first.row}: ${first.reason}`);
}

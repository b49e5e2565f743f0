import { type Columns, FIELDS, understandColumns } from "./columns.ts";
import { ProductsFileError } from "./products-file-error.ts";
import { pickFields, type Row } from "./to-product.ts";

/** A JSON document must be held as a whole to be read, NDJSON need not. */
const MAX_JSON_CHARACTERS = 64 * 1024 * 1024;
const MAX_LINE_CHARACTERS = 1024 * 1024;

type RowOrRefusal = Row | { row: number; reason: string };

/** The products of an array, or of `{products: [...]}`. `columns` collects which member each field was read from. */
export async function* jsonRows(chunks: AsyncIterable<string>, columns: Columns): AsyncGenerator<RowOrRefusal> {
  const list = productsOf(parseDocument(await readWhole(chunks)));
  for (const [index, value] of list.entries()) yield toRow(index + 1, value, columns);
}

/** One product a line. Blank lines are skipped, broken ones refused. */
export async function* ndjsonRows(chunks: AsyncIterable<string>, columns: Columns): AsyncGenerator<RowOrRefusal> {
  let row = 0;
  for await (const line of linesOf(chunks)) {
    row += 1;
    if (line.trim() === "") continue;
    const value = parse(line);
    yield value === undefined ? { row, reason: "The line is no JSON." } : toRow(row, value, columns);
  }
}

function toRow(row: number, value: unknown, columns: Columns): RowOrRefusal {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return { row, reason: "It is no object." };
  const members: Record<string, unknown> = { ...value };
  const own = understand(Object.keys(members));
  for (const field of FIELDS) {
    const name = own[field];
    if (name !== undefined) columns[field] ??= name;
  }
  return { row, ...pickFields(members, own) };
}

// One object of a list is made like the one before it.
let last: { names: string; columns: Columns } = { names: "", columns: {} };

function understand(names: string[]): Columns {
  const joined = names.join("\n");
  if (joined !== last.names) last = { names: joined, columns: understandColumns(names) };
  return last.columns;
}

function productsOf(document: unknown): unknown[] {
  if (Array.isArray(document)) return document;
  const inside = typeof document === "object" && document !== null && "products" in document ? document.products : null;
  if (Array.isArray(inside)) return inside;
  throw new ProductsFileError('The JSON file must be an array of products, or {"products": [...]}.');
}

function parseDocument(text: string): unknown {
  const document = parse(text);
  if (document !== undefined) return document;
  throw new ProductsFileError("The JSON file is broken or cut off: check that it was saved completely.");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function readWhole(chunks: AsyncIterable<string>): Promise<string> {
  let text = "";
  for await (const chunk of chunks) {
    text += chunk;
    if (text.length > MAX_JSON_CHARACTERS) {
      throw new ProductsFileError(
        "The JSON file is larger than 64 MiB: save it as NDJSON, one product a line, or as CSV.",
      );
    }
  }
  return text;
}

async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > MAX_LINE_CHARACTERS) {
      throw new ProductsFileError("A line is longer than 1 MiB: NDJSON has one product a line.");
    }
    yield* lines;
  }
  if (rest !== "") yield rest;
}

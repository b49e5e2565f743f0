import { createReadStream } from "node:fs";
import { extname } from "node:path";
import { createInterface } from "node:readline";
import { parse } from "csv-parse";
import { EXIT, Failure } from "../exit.ts";
import { unguarded } from "./formula-guard.ts";

export type ListFormat = "csv" | "json" | "ndjson" | "text";

/** A name and where it stood: the row counts from 1. */
export interface NameRow {
  row: number;
  name: string;
}

const BY_ENDING: Record<string, ListFormat> = {
  ".csv": "csv",
  ".json": "json",
  ".ndjson": "ndjson",
  ".jsonl": "ndjson",
};
const NAME_FIELDS = ["display_name", "name", "seller", "username", "seller_name"];

export function formatOf(path: string): ListFormat {
  return BY_ENDING[extname(path).toLowerCase()] ?? "text";
}

/**
 * The seller names of a file: an export of this program (CSV, JSON, NDJSON) or one name per line.
 * @throws Failure when the file cannot be read as its ending says.
 */
export async function* readNames(path: string, format: ListFormat = formatOf(path)): AsyncGenerator<NameRow> {
  try {
    yield* READERS[format](path);
  } catch (error) {
    if (error instanceof Failure) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new Failure(EXIT.badInput, `${path} cannot be read as ${format}: ${why}`);
  }
}

const READERS: Record<ListFormat, (path: string) => AsyncGenerator<NameRow>> = {
  async *csv(path) {
    const parser = createReadStream(path).pipe(parse({ columns: true, bom: true, relaxColumnCount: true }));
    let row = 1;
    for await (const record of parser) {
      row += 1;
      yield { row, name: unguarded(nameIn(record, row)) };
    }
  },

  async *json(path) {
    const content: unknown = await Bun.file(path).json();
    const list = Array.isArray(content) ? content : isRecord(content) ? content.sellers : undefined;
    if (!Array.isArray(list)) throw new Error("a list of sellers is expected, or an object with `sellers`");
    for (const [index, entry] of list.entries()) {
      yield { row: index + 1, name: typeof entry === "string" ? entry : nameIn(entry, index + 1) };
    }
  },

  async *ndjson(path) {
    for await (const { row, text } of lines(path)) {
      const entry: unknown = JSON.parse(text);
      yield { row, name: typeof entry === "string" ? entry : nameIn(entry, row) };
    }
  },

  async *text(path) {
    for await (const { row, text } of lines(path)) yield { row, name: text };
  },
};

async function* lines(path: string): AsyncGenerator<{ row: number; text: string }> {
  let row = 0;
  for await (const line of createInterface({
    input: createReadStream(path, "utf8"),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    row += 1;
    const text = row === 1 ? line.replace(/^\ufeff/, "") : line;
    if (text.trim() !== "") yield { row, text };
  }
}

function nameIn(entry: unknown, row: number): string {
  if (!isRecord(entry)) throw new Error(`row ${row} is no seller`);
  const field = NAME_FIELDS.find((name) => typeof entry[name] === "string");
  const name = field === undefined ? undefined : entry[field];
  if (typeof name === "string") return name;
  throw new Error(`row ${row} has no name: one of the columns ${NAME_FIELDS.join(", ")} is expected`);
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

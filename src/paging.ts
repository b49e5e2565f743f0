import { type TProperties, Type } from "@sinclair/typebox";
import { z } from "zod";
import { InvalidError } from "./errors.ts";

export const DEFAULT_LIMIT = 50;
export const MAX_LIMIT = 500;

/** The query of a list: its own filters, and which page. Unknown names are refused, so that no typo is taken for "all". */
export const listQuery = <Filters extends TProperties>(filters: Filters) =>
  Type.Object(
    {
      ...filters,
      cursor: Type.Optional(Type.String({ maxLength: 1000 })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_LIMIT })),
    },
    { additionalProperties: false },
  );

export interface Page<Row> {
  rows: Row[];
  nextCursor: string | null;
}

/**
 * Cuts a page out of `limit + 1` rows: the one too many says that there is a next page.
 * @param keyOf the sort key of a row, where the next page begins
 */
export function toPage<Row>(rows: Row[], limit: number, list: string, keyOf: (row: Row) => unknown[]): Page<Row> {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { rows: page, nextCursor: rows.length > limit && last ? encodeCursor(list, keyOf(last)) : null };
}

/** Parts of a cursor. An instant is text in microseconds: a Date has milliseconds, and would repeat or miss rows. */
export const cursorPart = {
  id: z.guid(),
  instant: z.iso.datetime({ precision: 6 }),
  number: z.int(),
  /** A number that a column of 4 bytes can be compared with. */
  int4: z.int32(),
  text: z.string().refine((text) => text.isWellFormed() && !text.includes("\0")),
};

/** @param list what is paged through (`runs`, `sellers:name`), so that another list refuses the cursor */
export function encodeCursor(list: string, key: unknown[]): string {
  return Buffer.from(JSON.stringify([list, key])).toString("base64url");
}

/**
 * The key that `encodeCursor` was given; undefined for the first page.
 * @throws InvalidError when it is not a cursor of this list.
 */
export function decodeCursor<Key>(cursor: string | undefined, list: string, key: z.ZodType<Key>): Key | undefined {
  if (cursor === undefined) return undefined;
  const parsed = z.tuple([z.literal(list), key]).safeParse(parse(cursor));
  if (parsed.success) return parsed.data[1];
  throw new InvalidError("bad_cursor", "The cursor is not one of this list: start again without it.", [
    { path: "cursor", message: "must be a next_cursor of the same list and sort" },
  ]);
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString());
  } catch {
    return undefined;
  }
}

import { z } from "zod";
import type { Tx } from "../db/client.ts";
import { cursorPart, DEFAULT_LIMIT, decodeCursor, type Page, toPage } from "../paging.ts";
import { builtInPresets } from "./built-in.ts";
import type { Preset } from "./preset.ts";
import { toPreset } from "./presets.ts";
import { countPresets, listPresets } from "./queries.ts";

/** A place in the list: the built-in presets come first, without a name to sort by, then the others by name. */
const Place = z.union([z.tuple([z.literal(""), z.string()]), z.tuple([cursorPart.text, cursorPart.id])]);

export async function pageOfPresets(
  tx: Tx,
  { cursor, limit = DEFAULT_LIMIT }: { cursor?: string | undefined; limit?: number | undefined },
): Promise<Page<Preset> & { total: number }> {
  const after = decodeCursor(cursor, "presets", Place);
  const builtIn = await builtInPresets(tx);
  const first = after === undefined ? builtIn : builtIn.slice(builtIn.findIndex(({ id }) => id === after[1]) + 1);
  const ahead = after === undefined || after[0] === "" ? first : [];
  const stored = await listPresets(tx, after?.[0] ? after : undefined, limit + 1);
  const rows = [
    ...ahead.map((preset) => ({ preset, nameKey: "" })),
    ...stored.map((row) => ({ preset: toPreset(row), nameKey: row.nameKey })),
  ];
  const page = toPage(rows.slice(0, limit + 1), limit, "presets", ({ nameKey, preset }) => [nameKey, preset.id]);
  return {
    rows: page.rows.map(({ preset }) => preset),
    nextCursor: page.nextCursor,
    total: builtIn.length + (await countPresets(tx)),
  };
}

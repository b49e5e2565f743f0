import { z } from "zod";
import type { Tx } from "../db/client.ts";
import { cursorPart, DEFAULT_LIMIT, decodeCursor, type Page, toPage } from "../paging.ts";
import { countChanges, listChanges, type SettingsChange } from "./queries.ts";

const LIST = "settings-changes";

/** A page of what was changed by whom, newest first. */
export async function pageOfChanges(
  tx: Tx,
  { cursor, limit = DEFAULT_LIMIT }: { cursor?: string; limit?: number },
): Promise<Page<SettingsChange> & { total: number }> {
  const after = decodeCursor(cursor, LIST, z.tuple([cursorPart.number]));
  const [rows, total] = await Promise.all([listChanges(tx, after, limit + 1), countChanges(tx)]);
  return { ...toPage(rows, limit, LIST, (row) => [row.id]), total };
}

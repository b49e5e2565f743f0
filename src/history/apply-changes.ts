import type { Tx } from "../db/client.ts";
import { newId, type OrganisationId } from "../ids.ts";
import { displayName, normalizeName } from "../sellers/name.ts";
import { type AdditionRow, insertListed, lockList, lockListed, recordAdditions } from "./queries.ts";

export interface Changes {
  /** Names as they came; spellings of one seller count once, the first one is shown. */
  add: string[];
}

export interface Applied {
  added: AdditionRow[];
  /** Ids of all the names by normalised name, whether added now or on the list already; their rows are locked. */
  ids: Map<string, string>;
  /** Names of which nothing is left once blanks and invisible characters are gone. */
  empty: number;
}

/**
 * The only door to the master list: writes the sellers, their versions and the numbered changes under one entry.
 * The caller writes the entry's own row (`insertEntry`), in this transaction or when its segment ends.
 */
export async function applyChanges(tx: Tx, orgId: OrganisationId, entryId: string, changes: Changes): Promise<Applied> {
  const { rows, empty } = distinct(changes.add);
  await lockList(tx);
  const names = rows.map((row) => row.normalizedName);
  const ids = await lockListed(tx, names);
  const missing = rows.filter((row) => !ids.has(row.normalizedName));
  if (missing.length === 0) return { added: [], ids, empty };

  const added = await insertListed(tx, orgId, missing);
  if (added.length > 0) await recordAdditions(tx, orgId, entryId, added);
  for (const { normalizedName, id } of added) ids.set(normalizedName, id);
  // What another transaction put on the list since the first look.
  if (added.length < missing.length) return { added, ids: await lockListed(tx, names), empty };
  return { added, ids, empty };
}

/** One row per seller, sorted by name: parallel transactions then take their locks in one order. */
function distinct(names: string[]): { rows: AdditionRow[]; empty: number } {
  const byName = new Map<string, AdditionRow>();
  let empty = 0;
  for (const name of names) {
    const normalizedName = normalizeName(name);
    if (normalizedName === "") empty += 1;
    else if (!byName.has(normalizedName)) {
      byName.set(normalizedName, { id: newId(), normalizedName, displayName: displayName(name) });
    }
  }
  const rows = [...byName.values()].sort((a, b) => (a.normalizedName < b.normalizedName ? -1 : 1));
  return { rows, empty };
}

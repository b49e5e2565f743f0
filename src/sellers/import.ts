import { type Sql, type Tx, withOrganisation } from "../db/client.ts";
import { applyChanges } from "../history/apply-changes.ts";
import { insertEntry } from "../history/queries.ts";
import { newId, type OrganisationId } from "../ids.ts";
import type { NameRow } from "./read-names.ts";

/** Names written in one statement. */
const CHUNK = 5_000;

export interface ImportCounts {
  read: number;
  added: number;
  /** On the list already, or twice in the file. */
  known: number;
  /** Nothing left once blanks and invisible characters are gone. */
  empty: number;
}

/** Adds names to the list: all of them, in one transaction with one audit entry, or none. */
export async function importNames(
  sql: Sql,
  orgId: OrganisationId,
  names: AsyncIterable<NameRow>,
  { dryRun, userName }: { dryRun: boolean; userName: string },
): Promise<ImportCounts> {
  try {
    return await withOrganisation(sql, orgId, async (tx) => {
      const counts = await addAll(tx, orgId, names, userName);
      if (dryRun) throw new DryRun(counts);
      return counts;
    });
  } catch (error) {
    if (error instanceof DryRun) return error.counts;
    throw error;
  }
}

async function addAll(tx: Tx, orgId: OrganisationId, names: AsyncIterable<NameRow>, userName: string) {
  const entryId = newId();
  const counts: ImportCounts = { read: 0, added: 0, known: 0, empty: 0 };
  for await (const chunk of chunks(names)) {
    const { added, empty } = await applyChanges(tx, orgId, entryId, { add: chunk });
    counts.read += chunk.length;
    counts.added += added.length;
    counts.empty += empty;
  }
  counts.known = counts.read - counts.added - counts.empty;
  if (counts.added > 0) await insertEntry(tx, orgId, { id: entryId, action: "import", source: "manual", userName });
  return counts;
}

async function* chunks(names: AsyncIterable<NameRow>): AsyncGenerator<string[]> {
  let chunk: string[] = [];
  for await (const { name } of names) {
    chunk.push(name);
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

/** Rolls the transaction back once everything is counted: what a dry run tells is what would have happened. */
class DryRun extends Error {
  readonly counts: ImportCounts;

  constructor(counts: ImportCounts) {
    super("dry run");
    this.counts = counts;
  }
}

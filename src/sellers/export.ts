import type { OrganisationId } from "../accounts/organisation.ts";
import { type Sql, withOrganisation } from "../db/client.ts";
import { guarded } from "./formula-guard.ts";
import { type ExportRow, type SellerFilter, streamSellers } from "./list-queries.ts";

export const EXPORT_FORMATS = ["csv", "json", "ndjson", "text"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface ExportOptions {
  format: ExportFormat;
  filter: SellerFilter;
  /** Written into the JSON form. */
  exportedAt: Date;
}

/** Rows fetched at a time. */
const BATCH = 1000;

/**
 * Writes the master list, sorted by name, piece by piece; `write` may answer with a promise to slow it down, and
 * throwing there ends the export. A fixed amount of memory is used, however long the list is.
 * @returns how many sellers were written
 */
export async function exportSellers(
  sql: Sql,
  orgId: OrganisationId,
  { format, filter, exportedAt }: ExportOptions,
  write: (text: string) => void | Promise<void>,
): Promise<number> {
  const { head, row, between, tail } = WRITERS[format];
  await write(head(exportedAt));
  const count = await withOrganisation(sql, orgId, async (tx) => {
    let written = 0;
    for await (const rows of streamSellers(tx, filter, BATCH)) {
      const text = rows.map((seller) => row(toColumns(seller))).join(between);
      await write(written > 0 ? between + text : text);
      written += rows.length;
    }
    return written;
  });
  await write(tail(count));
  return count;
}

type Columns = ReturnType<typeof toColumns>;

function toColumns(seller: ExportRow) {
  return {
    display_name: seller.displayName,
    platform: seller.platform,
    feedback_score: seller.feedbackScore,
    feedback_percent: seller.feedbackPercent,
    times_seen: seller.timesSeen,
    // Empty until sellers are scored; the column is there so that readers need no change then.
    score: null,
    flagged: seller.flagged,
    first_seen_at: seller.firstSeenAt?.toISOString() ?? null,
    last_seen_at: seller.lastSeenAt?.toISOString() ?? null,
    first_seen_run_id: seller.firstSeenRunId,
  };
}

const COLUMNS = [
  "display_name",
  "platform",
  "feedback_score",
  "feedback_percent",
  "times_seen",
  "score",
  "flagged",
  "first_seen_at",
  "last_seen_at",
  "first_seen_run_id",
] as const satisfies (keyof Columns)[];

interface Writer {
  head(exportedAt: Date): string;
  row(columns: Columns): string;
  between: string;
  tail(count: number): string;
}

const WRITERS: Record<ExportFormat, Writer> = {
  csv: {
    head: () => `${COLUMNS.join(",")}\r\n`,
    row: (columns) => `${COLUMNS.map((name) => toCsvField(columns[name])).join(",")}\r\n`,
    between: "",
    tail: () => "",
  },
  json: {
    head: (exportedAt) => `{"exported_at":${JSON.stringify(exportedAt.toISOString())},"sellers":[`,
    row: (columns) => JSON.stringify(columns),
    between: ",\n",
    tail: (count) => `],"count":${count}}\n`,
  },
  ndjson: { head: () => "", row: (columns) => `${JSON.stringify(columns)}\n`, between: "", tail: () => "" },
  text: { head: () => "", row: (columns) => `${oneLine(columns.display_name)}\n`, between: "", tail: () => "" },
};

/** A field as RFC 4180 writes it. A text that a spreadsheet would run as a formula gets a leading apostrophe. */
export function toCsvField(value: string | number | boolean | null): string {
  if (value === null) return "";
  if (typeof value !== "string") return String(value);
  const text = guarded(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const oneLine = (name: string): string => name.replace(/[\r\n]+/g, " ");

import { z } from "zod";
import type { Tx } from "../db/client.ts";
import { NotFoundError, ValidationError } from "../errors.ts";
import { cursorPart, DEFAULT_LIMIT, decodeCursor, type Page, toPage } from "../paging.ts";
import {
  countEvidence,
  countFirstSeenSince,
  countSellers,
  type EvidenceRow,
  findSellerById,
  listEvidence,
  listNewOfRun,
  listSellers,
  type SellerFilter,
  type SellerKey,
  type SellerRow,
  type SellerSort,
} from "./list-queries.ts";
import { normalizeName } from "./name.ts";

export interface SellerListQuery {
  search?: string;
  flagged?: boolean;
  run_id?: string;
  first_seen_after?: string;
  sort?: SellerSort;
  cursor?: string;
  limit?: number;
}

/** A page of the master list, with how many sellers match in all. */
export async function pageOfSellers(tx: Tx, query: SellerListQuery): Promise<Page<SellerRow> & { total: number }> {
  const { sort = "newest", limit = DEFAULT_LIMIT } = query;
  const list = `sellers:${sort}`;
  const after = decodeCursor(query.cursor, list, CURSORS[sort]);
  const filter = toFilter(query);
  const [rows, total] = await Promise.all([listSellers(tx, filter, sort, after, limit + 1), countSellers(tx, filter)]);
  const page = toPage(rows, limit, list, (row) => [
    {
      newest: row.placedAt,
      name: row.normalizedName,
      times_seen: row.timesSeen,
      feedback_score: row.feedbackScore ?? -1,
    }[sort],
    row.id,
  ]);
  return { ...page, total };
}

const CURSORS: Record<SellerSort, z.ZodType<SellerKey>> = {
  newest: z.tuple([cursorPart.instant.nullable(), cursorPart.id]),
  name: z.tuple([cursorPart.text, cursorPart.id]),
  times_seen: z.tuple([cursorPart.int4, cursorPart.id]),
  feedback_score: z.tuple([cursorPart.int4, cursorPart.id]),
};

export function toFilter(query: SellerListQuery): SellerFilter {
  return {
    search: normalizeName(query.search ?? "") || undefined,
    flagged: query.flagged,
    runId: query.run_id,
    firstSeenAfter: query.first_seen_after === undefined ? undefined : toInstant(query.first_seen_after),
  };
}

function toInstant(text: string): Date {
  const day = text.slice(0, 10);
  // Some engines read 31 February as 3 March.
  if (z.iso.date().safeParse(day).success) return new Date(text);
  throw new ValidationError([{ path: "first_seen_after", message: `must be a day that exists, not ${day}` }]);
}

/** @throws NotFoundError also for ids that are none, and for sellers that are no longer listed. */
export async function getSeller(tx: Tx, id: string): Promise<SellerRow> {
  const seller = cursorPart.id.safeParse(id).success ? await findSellerById(tx, id) : undefined;
  if (!seller) throw new NotFoundError("seller");
  return seller;
}

/** A page of what was seen of a seller, newest first. */
export async function pageOfEvidence(
  tx: Tx,
  sellerId: string,
  query: { cursor?: string; limit?: number },
): Promise<Page<EvidenceRow> & { total: number }> {
  const { limit = DEFAULT_LIMIT } = query;
  const list = `evidence:${sellerId}`;
  const after = decodeCursor(query.cursor, list, z.tuple([cursorPart.number]));
  const [rows, total] = await Promise.all([listEvidence(tx, sellerId, after, limit + 1), countEvidence(tx, sellerId)]);
  return { ...toPage(rows, limit, list, (row) => [row.id]), total };
}

export const newSellersOfRun = (tx: Tx, runId: string, limit: number): Promise<SellerRow[]> =>
  listNewOfRun(tx, runId, limit);

const EVERYTHING: SellerFilter = { search: undefined, flagged: undefined, runId: undefined, firstSeenAfter: undefined };

export const newestSellers = (tx: Tx, limit: number): Promise<SellerRow[]> =>
  listSellers(tx, EVERYTHING, "newest", undefined, limit);

export const countListed = (tx: Tx): Promise<number> => countSellers(tx, EVERYTHING);

export const countNewSince = (tx: Tx, since: Date): Promise<number> => countFirstSeenSince(tx, since);

import { z } from "zod";
import { collectable } from "../catalog/catalog.ts";
import type { Tx } from "../db/client.ts";
import { NotFoundError } from "../errors.ts";
import { isRunId, type OrganisationId, type RunId } from "../ids.ts";
import { monthOf } from "../money.ts";
import { cursorPart, DEFAULT_LIMIT, decodeCursor, type Page, toPage } from "../paging.ts";
import {
  type BreakdownRow,
  listBreakdown,
  listPages,
  type PageRow,
  type Spent,
  sumBestSellers,
} from "./breakdown-queries.ts";
import {
  type BusyItem,
  type CallRow,
  countCalls,
  countFailures,
  countItems,
  type FailedGroup,
  type ItemRow,
  isThrottled,
  listBusyItems,
  listCalls,
  listItems,
} from "./item-list-queries.ts";
import type { CallOutcome, CallState, ItemKind, ItemStatus } from "./items.ts";
import { countDepartmentsCompleted, countRuns, findMonthSpend, listRuns, type MonthSpend } from "./list-queries.ts";
import { listAbandoned } from "./liveness-queries.ts";
import { findRun, type Run } from "./queries.ts";
import { RUN_STATUSES, type RunStatus } from "./status.ts";

export interface RunView extends Run {
  departmentsCompleted: number;
}

export interface PageQuery {
  cursor?: string;
  limit?: number;
}

type Counted<Row> = Page<Row> & { total: number };

/** A page of runs, newest first. */
export async function pageOfRuns(
  tx: Tx,
  { statuses = RUN_STATUSES, limit = DEFAULT_LIMIT, cursor }: PageQuery & { statuses?: readonly RunStatus[] },
): Promise<Counted<RunView>> {
  const after = decodeCursor(cursor, "runs", z.tuple([cursorPart.instant, cursorPart.id]));
  const [rows, total] = await Promise.all([
    listRuns(tx, { statuses, after, limit: limit + 1 }),
    countRuns(tx, statuses),
  ]);
  const page = toPage(rows, limit, "runs", (row) => [row.placedAt, row.id]);
  return { rows: await toViews(tx, page.rows), nextCursor: page.nextCursor, total };
}

/** @throws NotFoundError also for ids that are none. */
export async function getRunView(tx: Tx, id: string): Promise<RunView> {
  const run = isRunId(id) ? await findRun(tx, id) : undefined;
  if (!run) throw new NotFoundError("run");
  const [view] = await toViews(tx, [run]);
  if (!view) throw new NotFoundError("run");
  return view;
}

async function toViews(tx: Tx, runs: Run[]): Promise<RunView[]> {
  const withCategories = runs.filter((run) => run.categoriesCompleted > 0).map((run) => run.id);
  const anyRunning = runs.some((run) => run.status === "running");
  const [completed, abandoned] = await Promise.all([
    withCategories.length > 0
      ? countDepartmentsCompleted(tx, withCategories, departmentOfCategory)
      : new Map<string, number>(),
    anyRunning ? listAbandoned(tx) : new Set<RunId>(),
  ]);
  return runs.map((run) => ({
    ...run,
    ...(abandoned.has(run.id) && INTERRUPTED),
    departmentsCompleted: completed.get(run.id) ?? 0,
  }));
}

const INTERRUPTED = {
  status: "paused",
  pauseReason: "shutdown",
  statusMessage: "Its process ended without a word.",
} as const satisfies Partial<Run>;

const departmentOfCategory = collectable.map(({ id, departmentId }) => ({ categoryId: id, departmentId }));

export interface ItemQuery extends PageQuery {
  status?: ItemStatus;
  kind?: ItemKind;
}

/** A page of a run's items, in the order in which they are taken. The run must exist. */
export async function pageOfItems(tx: Tx, runId: string, query: ItemQuery): Promise<Counted<ItemRow>> {
  const { status, kind, limit = DEFAULT_LIMIT } = query;
  const list = `items:${runId}`;
  const after = decodeCursor(query.cursor, list, z.tuple([cursorPart.int4, cursorPart.id]));
  const [rows, total] = await Promise.all([
    listItems(tx, { runId, status, kind, after, limit: limit + 1 }),
    countItems(tx, { runId, status, kind }),
  ]);
  return { ...toPage(rows, limit, list, (row) => [row.position, row.id]), total };
}

export interface CallQuery extends PageQuery {
  state?: CallState;
  outcome?: CallOutcome;
}

/** A page of a run's ledger, newest first. The run must exist. */
export async function pageOfCalls(tx: Tx, runId: string, query: CallQuery): Promise<Counted<CallRow>> {
  const { state, outcome, limit = DEFAULT_LIMIT } = query;
  const list = `calls:${runId}`;
  const after = decodeCursor(query.cursor, list, z.tuple([cursorPart.id]));
  const [rows, total] = await Promise.all([
    listCalls(tx, { runId, state, outcome, after, limit: limit + 1 }),
    countCalls(tx, { runId, state, outcome }),
  ]);
  return { ...toPage(rows, limit, list, (row) => [row.id]), total };
}

export interface RunProgress {
  run: RunView;
  busy: BusyItem[];
  /** The provider refuses calls at the moment: one at a time finds out when it takes them again. */
  throttled: boolean;
}

export async function getProgress(tx: Tx, id: string): Promise<RunProgress> {
  const run = await getRunView(tx, id);
  if (run.status !== "running") return { run, busy: [], throttled: false };
  const throttled = await isThrottled(tx, run.id);
  return { run, busy: await listBusyItems(tx, run.id, throttled ? 1 : run.workers), throttled };
}

export interface Failures {
  groups: FailedGroup[];
  /** The first failed items, with their reasons. */
  items: ItemRow[];
}

export async function getFailures(tx: Tx, runId: string, limit: number): Promise<Failures> {
  const [groups, items] = await Promise.all([
    countFailures(tx, runId),
    listItems(tx, { runId, status: "failed", kind: undefined, after: undefined, limit }),
  ]);
  return { groups, items };
}

/** The newest run that is being worked on. */
export async function newestRunning(tx: Tx): Promise<RunView | undefined> {
  const rows = await listRuns(tx, { statuses: ["running"], after: undefined, limit: DEFAULT_LIMIT });
  return (await toViews(tx, rows)).find((run) => run.status === "running");
}

/** What all runs of the UTC month of `now` have spent. */
export const getMonthSpend = (tx: Tx, orgId: OrganisationId, now: Date): Promise<MonthSpend> =>
  findMonthSpend(tx, orgId, monthOf(now));

export interface Breakdown {
  categories: BreakdownRow[];
  /** The searches by page number. */
  pages: PageRow[];
  /** What reading the categories took. */
  bestSellers: Spent;
}

/** What each category, and each page of the searches, brought and cost. The run must exist. */
export async function getBreakdown(tx: Tx, runId: string): Promise<Breakdown> {
  const [categories, pages, bestSellers] = await Promise.all([
    listBreakdown(tx, runId),
    listPages(tx, runId),
    sumBestSellers(tx, runId),
  ]);
  return { categories, pages, bestSellers };
}

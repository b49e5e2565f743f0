import { array } from "../db/array.ts";
import type { Tx } from "../db/client.ts";
import type { OrganisationId } from "../ids.ts";
import type { Run } from "./queries.ts";
import type { RunStatus } from "./status.ts";

/** Where a row stands in a list, with all digits: a Date would cut the microseconds. */
interface Placed {
  placedAt: string;
}

const MICROSECONDS = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"';

export interface RunFilter {
  statuses: readonly RunStatus[];
  after: [createdAt: string, id: string] | undefined;
  limit: number;
}

/** Newest first. */
export function listRuns(tx: Tx, { statuses, after, limit }: RunFilter): Promise<(Run & Placed)[]> {
  return tx<(Run & Placed)[]>`
    select *, to_char(created_at at time zone 'UTC', ${MICROSECONDS}) as placed_at from runs
    where status = any(${array(statuses)}::text[])
      ${after ? tx`and (created_at, id) < (${after[0]}::timestamptz, ${after[1]}::uuid)` : tx``}
    order by created_at desc nulls last, id desc nulls last limit ${limit}`;
}

export async function countRuns(tx: Tx, statuses: readonly RunStatus[]): Promise<number> {
  const [row] = await tx<
    { n: number }[]
  >`select count(*)::int as n from runs where status = any(${array(statuses)}::text[])`;
  return row?.n ?? 0;
}

/** How many departments of each run have all their categories read. Runs with none are left out. */
export async function countDepartmentsCompleted(
  tx: Tx,
  runIds: string[],
  departmentOf: { categoryId: string; departmentId: string }[],
): Promise<Map<string, number>> {
  const rows = await tx<{ runId: string; n: number }[]>`
    select run_id, (count(*) filter (where done))::int as n from (
      select i.run_id, d.department_id, bool_and(i.status = 'completed') as done
      from collection_items i
      join unnest(
        ${array(departmentOf.map((d) => d.categoryId))}::text[], ${array(departmentOf.map((d) => d.departmentId))}::text[]
      ) as d(category_id, department_id) using (category_id)
      where i.run_id = any(${array(runIds)}::uuid[]) and i.kind = 'best_sellers'
      group by 1, 2
    ) departments group by 1`;
  return new Map(rows.map((row) => [row.runId, row.n]));
}

export interface MonthSpend {
  spentMicros: number;
  reservedMicros: number;
}

/** @param month its first day, `2026-11-01` */
export async function findMonthSpend(tx: Tx, orgId: OrganisationId, month: string): Promise<MonthSpend> {
  const [row] = await tx<MonthSpend[]>`
    select spent_micros, reserved_micros from budget_months where org_id = ${orgId} and month = ${month}`;
  return row ?? { spentMicros: 0, reservedMicros: 0 };
}

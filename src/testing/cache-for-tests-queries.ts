import { FIRST_ORGANISATION } from "../accounts/organisation.ts";
import { type Sql, withOrganisation } from "../db/client.ts";

/** The names that a run found, in their order. */
export async function listedSellersOf(sql: Sql, runId: string): Promise<string[]> {
  const rows = await withOrganisation(
    sql,
    FIRST_ORGANISATION,
    (tx) => tx<{ name: string }[]>`
    select normalized_name as name from run_sellers where run_id = ${runId} order by 1`,
  );
  return rows.map((row) => row.name);
}

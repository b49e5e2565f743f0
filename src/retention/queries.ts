import { array } from "../db/array.ts";
import { type Sql, type Tx, withOrganisation } from "../db/client.ts";
import type { OrganisationId } from "../ids.ts";

export async function listOrganisations(sql: Sql): Promise<OrganisationId[]> {
  const rows = await sql<{ id: OrganisationId }[]>`select organisation_ids() as id`;
  return rows.map((row) => row.id);
}

/** Of the ids those that are runs of the organisation. */
export async function findRunIds(tx: Tx, ids: readonly string[]): Promise<string[]> {
  const rows = await tx<{ id: string }[]>`select id from runs where id = any(${array(ids)}::uuid[])`;
  return rows.map((row) => row.id);
}

/**
 * Takes the answers out of the query cache and tells which of them are free to be deleted: all but those of open calls,
 * and those that an open call wants to use. Once this is committed nobody is sent to them any more.
 */
export function releaseAnswers(sql: Sql, orgId: OrganisationId, callIds: readonly string[]): Promise<Set<string>> {
  return withOrganisation(sql, orgId, async (tx) => {
    const rows = await tx<{ id: string }[]>`
      with free as (
        select t.id from unnest(${array(callIds)}::uuid[]) as t(id)
        where not exists (select 1 from provider_calls c where c.id = t.id and c.state = 'reserved')
          and not exists (select 1 from provider_calls c where c.cached_from = t.id and c.state = 'reserved')
      ), forgotten as (
        delete from query_cache q using free where q.call_id = free.id
      )
      select id from free`;
    return new Set(rows.map((row) => row.id));
  });
}

/** Cached queries whose answers are too old to be kept. */
export async function forgetQueriesBefore(tx: Tx, before: Date): Promise<void> {
  await tx`delete from query_cache where stored_at < ${before}`;
}

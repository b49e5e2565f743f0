import { array } from "../db/array.ts";
import type { Tx } from "../db/client.ts";
import type { OrganisationId } from "../ids.ts";
import type { EntryAction, EntrySource } from "./change.ts";

export interface AdditionRow {
  id: string;
  normalizedName: string;
  displayName: string;
}

/**
 * From here on one transaction at a time changes the organisation's list. Two that add the same names would otherwise
 * wait for each other: which of them exist already is known only one after the other, so no order of locks is safe.
 */
export async function lockList(tx: Tx): Promise<void> {
  await tx`select 1 from list_states for no key update`;
}

/**
 * Those of the names that are on the list, locked until the transaction ends. In the order of their names: two batches
 * with the same sellers must not wait for each other.
 */
export async function lockListed(tx: Tx, names: string[]): Promise<Map<string, string>> {
  const rows = await tx<{ id: string; normalizedName: string }[]>`
    select id, normalized_name from sellers
    where listed and platform = 'ebay' and normalized_name = any(${array(names)}::text[])
    order by normalized_name for no key update`;
  return new Map(rows.map((row) => [row.normalizedName, row.id]));
}

/**
 * Puts names on the list and returns those that were not there: a seller that was removed comes back with its id,
 * the others are new. Names must be sorted, so that parallel transactions lock them in one order.
 */
export async function insertListed(tx: Tx, orgId: OrganisationId, rows: AdditionRow[]): Promise<AdditionRow[]> {
  return tx<AdditionRow[]>`
    with input as (
      select * from unnest(
        ${array(rows.map((r) => r.id))}::uuid[], ${array(rows.map((r) => r.normalizedName))}::text[],
        ${array(rows.map((r) => r.displayName))}::text[]
      ) as t(id, normalized_name, display_name)
    ), returning_sellers as (
      update sellers s set listed = true, display_name = i.display_name
      from input i
      where s.id = (
        select r.id from sellers r
        where not r.listed and r.platform = 'ebay' and r.normalized_name = i.normalized_name
        order by r.last_seen_at desc nulls last, r.id desc limit 1
      )
      and not exists (
        select 1 from sellers l where l.listed and l.platform = 'ebay' and l.normalized_name = i.normalized_name
      )
      returning s.id, s.normalized_name, s.display_name
    ), new_sellers as (
      insert into sellers (id, org_id, normalized_name, display_name, first_seen_at)
      select i.id, ${orgId}, i.normalized_name, i.display_name, now() from input i
      where i.normalized_name not in (select normalized_name from returning_sellers)
      order by i.normalized_name
      on conflict (org_id, platform, normalized_name) where listed do nothing
      returning id, normalized_name, display_name
    )
    select * from returning_sellers union all select * from new_sellers`;
}

/** Numbers the additions, opens their versions and appends their changes. */
export async function recordAdditions(tx: Tx, orgId: OrganisationId, entryId: string, rows: AdditionRow[]) {
  await tx`
    with added as (
      select *, row_number() over (order by normalized_name) as rank
      from unnest(
        ${array(rows.map((r) => r.id))}::uuid[], ${array(rows.map((r) => r.normalizedName))}::text[],
        ${array(rows.map((r) => r.displayName))}::text[]
      ) as t(seller_id, normalized_name, display_name)
    ), state as (
      update list_states set last_change = last_change + ${rows.length}, seller_count = seller_count + ${rows.length}
      where org_id = ${orgId}
      returning last_change - ${rows.length} as base
    ), versions as (
      insert into seller_versions (org_id, seller_id, normalized_name, display_name, valid_from)
      select ${orgId}, seller_id, normalized_name, display_name, base + rank from added, state
    )
    insert into seller_changes (org_id, number, entry_id, seller_id, kind, new_value)
    select ${orgId}, base + rank, ${entryId}, seller_id, 'add',
      jsonb_build_object('displayName', display_name, 'normalizedName', normalized_name)
    from added, state`;
}

export interface NewEntry {
  id: string;
  action: EntryAction;
  source: EntrySource;
  sourceRunId?: string;
  sellerName?: string;
  userName?: string;
}

/** Writes an entry with the counts of its own changes; an entry that exists already stays as it is. */
export async function insertEntry(tx: Tx, orgId: OrganisationId, entry: NewEntry): Promise<void> {
  await tx`
    insert into audit_entries (id, org_id, action, source, source_run_id, seller_name, user_name,
      affected_count, added_count, removed_count, renamed_count, last_change, seller_count_snapshot)
    select ${entry.id}, ${orgId}, ${entry.action}, ${entry.source}, ${entry.sourceRunId ?? null},
      ${entry.sellerName ?? null}, ${entry.userName ?? null},
      count(distinct c.seller_id), count(*) filter (where c.kind = 'add'), count(*) filter (where c.kind = 'remove'),
      count(*) filter (where c.kind = 'rename'), s.last_change, s.seller_count
    from list_states s left join seller_changes c on c.entry_id = ${entry.id}
    where s.org_id = ${orgId}
    group by s.last_change, s.seller_count
    on conflict (id) do nothing`;
}

export async function entryHasChanges(tx: Tx, entryId: string): Promise<boolean> {
  const [row] = await tx<{ found: boolean }[]>`
    select exists (select 1 from seller_changes where entry_id = ${entryId}) as found`;
  return row?.found ?? false;
}

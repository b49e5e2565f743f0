import postgres from "postgres";
import type { Tx } from "../db/client.ts";

/** Inserts one row as it is given (camelCase names); columns that are left out get their default. */
export async function insertRow(tx: Tx, table: string, row: Record<string, unknown>): Promise<void> {
  const columns = Object.fromEntries(Object.entries(row).map(([name, value]) => [postgres.fromCamel(name), value]));
  await tx`insert into ${tx(table)} ${tx(columns)}`;
}

/** What a commit of the engine does besides its work: a new revision, announced to the live pages. */
export async function touchRun(tx: Tx, id: string, change: Record<string, unknown>): Promise<void> {
  const columns = Object.fromEntries(Object.entries(change).map(([name, value]) => [postgres.fromCamel(name), value]));
  await tx`update runs set ${tx(columns)}, revision = revision + 1 where id = ${id}`;
  await tx`select pg_notify('run_changed', ${id})`;
}

export async function setSellerCount(tx: Tx): Promise<void> {
  await tx`update list_states set seller_count = (select count(*) from sellers where listed)`;
}

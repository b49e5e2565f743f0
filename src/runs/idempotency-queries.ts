import type { Tx } from "../db/client.ts";
import type { OrganisationId, RunId } from "../ids.ts";

/** Until the transaction ends nobody else asks under this key. */
export async function lockIdempotencyKey(tx: Tx, orgId: OrganisationId, key: string): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtextextended(${`${orgId} ${key}`}, 17))`;
}

export interface Idempotent {
  key: string;
  requestSha256: string;
  runId: RunId;
}

export async function findIdempotent(tx: Tx, key: string): Promise<Idempotent | undefined> {
  const [row] = await tx<Idempotent[]>`
    select key, request_sha256, run_id from idempotency_keys where key = ${key}`;
  return row;
}

export async function insertIdempotent(tx: Tx, orgId: OrganisationId, row: Idempotent): Promise<void> {
  await tx`
    insert into idempotency_keys (org_id, key, request_sha256, run_id)
    values (${orgId}, ${row.key}, ${row.requestSha256}, ${row.runId})`;
}

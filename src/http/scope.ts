import type { OrganisationId } from "../accounts/organisation.ts";
import type { Clock } from "../clock.ts";
import type { Sql, Tx } from "../db/client.ts";

/** Runs `work` in one transaction that sees the request's organisation and nothing else. */
export type InOrganisation = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;

/** What every slice of the web is made with. */
export interface WebDeps {
  sql: Sql;
  orgId: OrganisationId;
  inOrganisation: InOrganisation;
  clock: Clock;
}

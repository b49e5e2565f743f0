import postgres from "postgres";
import type { OrganisationId } from "../ids.ts";

/** Column values come back as JS numbers (int8 too: amounts and counters stay below 2^53), Dates and objects. */
const options = {
  max: 10,
  onnotice: () => undefined,
  transform: { column: { from: postgres.toCamel } },
  types: { bigint: { to: 20, from: [20], parse: Number, serialize: String } },
  connection: { application_name: "sellercollection", TimeZone: "UTC" },
} as const;

export type Sql = postgres.Sql<{ bigint: number }>;
export type Tx = postgres.ISql<{ bigint: number }>;

export function connect(target: string | postgres.Options<{ bigint: postgres.PostgresType<number> }>): Sql {
  return typeof target === "string" ? postgres(target, options) : postgres({ ...options, ...target });
}

/** A transaction that sees one organisation only. */
export async function withOrganisation<T>(sql: Sql, orgId: OrganisationId, work: (tx: Tx) => Promise<T>): Promise<T> {
  const result = await sql.begin(async (tx) => {
    await tx`select set_config('app.org_id', ${orgId}, true)`;
    return { value: await work(tx) };
  });
  return result.value;
}

/** Resolves when the database answers. */
export async function ping(sql: Sql): Promise<void> {
  await sql`select 1`;
}

import postgres from "postgres";
import type { OrganisationId } from "../ids.ts";

/** The types this program's connections parse by themselves: `int8` and `numeric` are JS numbers (see `connect`). */
type ParsedTypes = { bigint: number };

/** A pool of connections. Tagged templates only: every value is a parameter, every statement is prepared once. */
export type Sql = postgres.Sql<ParsedTypes>;

/** The pool or an open transaction: query functions take it first, so that a caller can make several of them one step. */
export type Tx = postgres.ISql<ParsedTypes>;

/** `host` may be the directory of a unix socket. */
export interface ServerTarget {
  host: string;
  port: number;
  database: string;
  username: string;
}

/** Where the database is. */
export type ConnectionTarget = { url: string } | ServerTarget;

export interface ConnectOptions {
  /** Connections at most; 10 by default. */
  max?: number;
  /** Seconds to wait for the server to answer; 5 by default. */
  connectTimeout?: number;
}

const IDLE_IN_TRANSACTION_MS = 15_000;

/**
 * Opens nothing yet: the first query connects. Rows have camelCase keys (the contents of JSON columns are left as they
 * are), timestamps are Dates, `int8` and `numeric` are numbers (exact up to 2^53: enough for micro-dollars).
 */
export function connect(target: ConnectionTarget, { max = 10, connectTimeout = 5 }: ConnectOptions = {}): Sql {
  const options = {
    max,
    connect_timeout: connectTimeout,
    prepare: true,
    // In seconds. The default waits up to 20 s after an outage that ten connections have noticed.
    backoff: (attempt: number) => Math.min(0.05 * 2 ** attempt, 0.5),
    onnotice: () => {},
    // Not `postgres.camel`: that one also rewrites the keys inside JSON values.
    transform: { column: { from: postgres.toCamel, to: postgres.fromCamel } },
    types: { bigint: { to: 20, from: [20, 1700], parse: Number, serialize: String } },
    connection: {
      application_name: "sellercollection",
      TimeZone: "UTC",
      // A process that froze in the middle of a transaction must not hold its locks, or everybody waits for it.
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    },
  };
  if ("url" in target) return postgres(target.url, options);
  return postgres({ ...options, ...target });
}

/**
 * Runs `work` in one transaction that sees and takes only the rows of one organisation (row level security compares
 * `app.org_id`). The setting ends with the transaction, so a pooled connection never carries it to someone else.
 */
export async function withOrganisation<T>(sql: Sql, orgId: OrganisationId, work: (tx: Tx) => Promise<T>): Promise<T> {
  return inTransaction(sql, async (tx) => {
    await tx`select set_config('app.org_id', ${orgId}, true)`;
    return work(tx);
  });
}

/** `sql.begin` with a result type that is simply what `work` resolves to. */
export async function inTransaction<T>(sql: Sql, work: (tx: Tx) => Promise<T>): Promise<T> {
  // Boxed, because `begin` awaits the members of an array it is given.
  const { result } = await sql.begin(async (tx) => ({ result: await work(tx) }));
  return result;
}

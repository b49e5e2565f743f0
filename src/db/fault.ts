import { EXIT, Failure } from "../exit.ts";
import { isConnectionLost } from "./connection.ts";

/** What the database said was wrong with a statement. */
export interface DatabaseFault {
  /** SQLSTATE, for example `23505`; of a connection that failed, postgres.js' or the system's code (`ECONNREFUSED`). */
  code: string;
  constraint: string | undefined;
  table: string | undefined;
}

/** The fault behind an error, also when another error wraps it (`cause`); undefined if it did not come from the database. */
export function databaseFault(error: unknown): DatabaseFault | undefined {
  if (!(error instanceof Error)) return undefined;
  if (!("code" in error) || typeof error.code !== "string") return databaseFault(error.cause);
  return { code: error.code, constraint: textOf(error, "constraint_name"), table: textOf(error, "table_name") };
}

const DISK_FULL = ["53100", "ENOSPC", "EDQUOT"];

/** The sentence for what can happen to a database in the middle of work; undefined for anything else. */
export function asFailure(error: unknown): Failure | undefined {
  const code = databaseFault(error)?.code ?? "";
  if (DISK_FULL.includes(code)) {
    const message =
      "The disk is full: nothing more can be written. Free some space, then go on; what was stored is safe.";
    return new Failure(EXIT.diskFull, message, { cause: error });
  }
  if (!isConnectionLost(error)) return undefined;
  const message = `The database went away (${code}). Once it is back, go on; what was stored is safe.`;
  return new Failure(EXIT.unavailable, message, { cause: error });
}

function textOf(error: object, key: string): string | undefined {
  const value: unknown = Reflect.get(error, key);
  return typeof value === "string" ? value : undefined;
}

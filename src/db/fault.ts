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

function textOf(error: object, key: string): string | undefined {
  const value: unknown = Reflect.get(error, key);
  return typeof value === "string" ? value : undefined;
}

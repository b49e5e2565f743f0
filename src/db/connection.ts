import type { Sql } from "./client.ts";

const CONNECTION_CODES = new Set([
  "CONNECTION_CLOSED",
  "CONNECTION_DESTROYED",
  "CONNECT_TIMEOUT",
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOENT",
  "EPIPE",
  // The server is shutting down, has crashed, or is still starting.
  "57P01",
  "57P02",
  "57P03",
  "08000",
  "08003",
  "08006",
]);

/** Whether the connection went away: what was sent last may or may not have been done. */
export function isConnectionLost(error: unknown): boolean {
  return error instanceof Error && "code" in error && CONNECTION_CODES.has(String(error.code));
}

/** Resolves when the database answers. */
export async function ping(sql: Sql): Promise<void> {
  await sql`select 1`;
}

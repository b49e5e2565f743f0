import type { Sql } from "./client.ts";

const CONNECTION_CODES = new Set([
  "CONNECTION_CLOSED",
  "CONNECTION_DESTROYED",
  "CONNECT_TIMEOUT",
  "ECONNREFUSED",
  "ECONNRESET",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  // A name that is not known for a moment, while the server it stands for is replaced.
  "ENOTFOUND",
  "EAI_AGAIN",
  "ENOENT",
  "EPIPE",
  // The server is shutting down, has crashed, or is still starting.
  "57P01",
  "57P02",
  "57P03",
  // A transaction that was idle for too long: this process was frozen.
  "25P03",
  "53300",
  "08000",
  "08001",
  "08004",
  "08003",
  "08006",
]);

/** Whether the connection went away: what was sent last may or may not have been done. */
export function isConnectionLost(error: unknown): boolean {
  return error instanceof Error && "code" in error && CONNECTION_CODES.has(String(error.code));
}

/** Whether the same transaction may go through when it is tried once more: lost, or given up for another one. */
export function isWorthRetrying(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return isConnectionLost(error) || code === "40P01" || code === "40001";
}

/** Resolves when the database answers. */
export async function ping(sql: Sql): Promise<void> {
  await sql`select 1`;
}

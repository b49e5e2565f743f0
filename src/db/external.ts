import { Failure } from "../exit.ts";
import type { Sql } from "./client.ts";
import { DatabaseStartError } from "./embedded/errors.ts";
import { databaseFault } from "./fault.ts";

const OLDEST_MAJOR = 15;

/** Nothing was heard in the time that an answer may take. */
export class SilentServerError extends Error {
  override readonly name = "SilentServerError";
}

interface Server {
  version: string;
  versionNumber: number;
  role: string;
  database: string;
  unsafe: boolean;
  canCreate: boolean;
  standby: boolean;
}

/** @throws DatabaseStartError when the server is too old or read-only, or the role has too many or too few rights */
export async function checkServer(sql: Sql): Promise<void> {
  const [server] = await sql<Server[]>`
    select current_setting('server_version') as version,
      current_setting('server_version_num')::int as version_number,
      rolname as role, rolsuper or rolbypassrls as unsafe, current_database() as database,
      has_schema_privilege(coalesce(current_schema(), 'public'), 'create') as can_create,
      pg_is_in_recovery() as standby
    from pg_roles where rolname = current_user`;
  if (!server) throw new DatabaseStartError("failed", "The database knows no current role.", "Check DATABASE_URL.");
  if (server.versionNumber < OLDEST_MAJOR * 10_000) {
    const problem = `The database is PostgreSQL ${server.version}, too old for this program.`;
    throw new DatabaseStartError("wrong_version", problem, `Use PostgreSQL ${OLDEST_MAJOR} or newer.`);
  }
  if (server.standby) {
    throw new DatabaseStartError("refused", "The database is a read-only standby.", "Set DATABASE_URL to the primary.");
  }
  checkRights(server);
}

function checkRights({ role, database, unsafe, canCreate }: Server): void {
  if (unsafe) {
    const problem = `Role "${role}" may bypass row level security, which keeps organisations apart.`;
    const remedy =
      "Connect as a role without that right; as an administrator: " +
      "CREATE ROLE sellercollection LOGIN PASSWORD '...' NOSUPERUSER NOBYPASSRLS; " +
      `ALTER DATABASE "${database}" OWNER TO sellercollection;`;
    throw new DatabaseStartError("unsafe_role", problem, remedy);
  }
  if (!canCreate) {
    const remedy = `As an administrator: ALTER DATABASE "${database}" OWNER TO "${role}";`;
    throw new DatabaseStartError("refused", `Role "${role}" may not create tables in "${database}".`, remedy);
  }
}

/** Why the server at this URL could not be used, in one sentence that never shows the password. */
export function explainRefusal(error: unknown, url: string): Failure {
  if (error instanceof Failure) return error;
  if (!isReadable(url)) {
    const remedy = "Write it as postgres://user:password@host:5432/database, with % in a password as %25.";
    return new DatabaseStartError("refused", "DATABASE_URL is no valid URL.", remedy);
  }
  const { place, user, database } = describe(url);
  const refusal = (problem: string, remedy: string) =>
    new DatabaseStartError("refused", problem, remedy, { cause: error });
  switch (databaseFault(error)?.code) {
    case "28P01":
      return refusal(`PostgreSQL at ${place} does not accept the password of "${user}".`, "Correct DATABASE_URL.");
    case "28000":
      return refusal(
        `PostgreSQL at ${place} does not let "${user}" in.`,
        "Check the role and the server's pg_hba.conf.",
      );
    case "3D000":
      return refusal(
        `PostgreSQL at ${place} has no database "${database}".`,
        `Create it: CREATE DATABASE "${database}";`,
      );
    case "53300":
      return refusal(`PostgreSQL at ${place} has no free connection.`, "Raise max_connections, or end other programs.");
    case "57P03":
      return refusal(`PostgreSQL at ${place} is starting up or shutting down.`, "Try again in a moment.");
  }
  const problem = `PostgreSQL at ${place} does not answer (${reasonOf(error)}).`;
  const remedy = "Start it or correct DATABASE_URL; without DATABASE_URL the built-in database is used.";
  return new DatabaseStartError("unreachable", problem, remedy, { cause: error });
}

function describe(url: string): { place: string; user: string; database: string } {
  const { host, username, pathname } = new URL(url);
  const user = decodeURIComponent(username);
  return { place: host === "" ? "the local socket" : host, user, database: pathname.slice(1) || user };
}

function isReadable(url: string): boolean {
  try {
    const { username, password } = new URL(url);
    return decodeURIComponent(username + password) !== undefined;
  } catch {
    return false;
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof SilentServerError) return "something is there, but it never says a word";
  const code = databaseFault(error)?.code;
  if (code === "ECONNREFUSED") return "connection refused";
  if (code === "CONNECT_TIMEOUT") return "no answer within 5 seconds";
  if (code === "ENOTFOUND") return "unknown host name";
  if (code) return code;
  return "the connection failed";
}

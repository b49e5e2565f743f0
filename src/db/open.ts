import { type ConnectionTarget, connect, type Sql } from "./client.ts";
import { startEmbedded } from "./embedded.ts";
import { checkServer, explainRefusal, SilentServerError } from "./external.ts";
import { pendingMigrations } from "./migrate.ts";

/** More than one attempt to connect takes, which gives up after 5 s with a better reason. */
const PATIENCE_MS = 8_000;

export interface DatabaseConfig {
  /** postgres://user:password@host/database; without it the embedded server is used. */
  databaseUrl?: string | undefined;
  dataDir: string;
}

export interface OpenDatabase {
  sql: Sql;
  kind: "embedded" | "external";
  /** For further connections of one's own, through `connect`. */
  target: ConnectionTarget;
  /** Closes the connections, and stops the embedded server if no other process uses it. */
  close(): Promise<void>;
}

/**
 * Opens the database and makes sure that it can be used: it answers, is new enough, gives us no right to bypass row level
 * security, and was not migrated by a newer program. Migrates nothing.
 * @param notify hears what a person should know, but what does not hinder the work
 * @throws DatabaseStartError | MigrationError in one sentence, with the remedy
 */
export async function openDatabase(
  { databaseUrl, dataDir }: DatabaseConfig,
  notify: (message: string) => void = console.error,
): Promise<OpenDatabase> {
  if (databaseUrl !== undefined) return openExternal({ url: databaseUrl });
  const server = await startEmbedded({ dataDir, notify });
  const sql = connect(server.application);
  const close = async () => {
    await sql.end({ timeout: 5 });
    await server.stop();
  };
  return checked({ sql, kind: "embedded", target: server.application, close });
}

async function openExternal(target: { url: string }): Promise<OpenDatabase> {
  try {
    const sql = connect(target);
    const close = () => sql.end({ timeout: 5 });
    return await beforeSilence(checked({ sql, kind: "external", target, close }), () => sql.end({ timeout: 0 }));
  } catch (error) {
    throw explainRefusal(error, target.url);
  }
}

/** The driver tries again for ever where something takes the connection and hangs up (a proxy without a server). */
async function beforeSilence<T>(opening: Promise<T>, giveUp: () => Promise<void>): Promise<T> {
  const silence = Promise.withResolvers<never>();
  const timer = setTimeout(() => silence.reject(new SilentServerError()), PATIENCE_MS);
  try {
    return await Promise.race([opening, silence.promise]);
  } catch (error) {
    if (error instanceof SilentServerError) await giveUp();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function checked(database: OpenDatabase): Promise<OpenDatabase> {
  try {
    await checkServer(database.sql);
    await pendingMigrations(database.sql);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

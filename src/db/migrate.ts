import { EXIT, Failure } from "../exit.ts";
import { inTransaction, type Sql, type Tx } from "./client.ts";
import { readMigrations } from "./migrations.ts" with { type: "macro" };
import type { Migration } from "./migrations.ts";

export const MIGRATIONS: readonly Migration[] = readMigrations();

/** The database and the program do not fit each other; the message says what to do. */
export class MigrationError extends Failure {
  override readonly name = "MigrationError";

  constructor(message: string) {
    super(EXIT.unavailable, message);
  }
}

/**
 * Brings the database up to this program, each migration in a transaction of its own together with the row that records
 * it: a process killed half way leaves whole migrations only. Processes that start together wait for each other.
 * @returns the names of what was applied now
 * @throws MigrationError when the database is newer than the program, or an applied migration was edited since
 */
export async function migrate(sql: Sql, migrations: readonly Migration[] = MIGRATIONS): Promise<string[]> {
  const applied: string[] = [];
  for (;;) {
    const name = await applyNext(sql, migrations);
    if (name === undefined) return applied;
    applied.push(name);
  }
}

/** The migrations the database still lacks. Writes nothing. @throws MigrationError as `migrate` does */
export async function pendingMigrations(
  sql: Tx,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<readonly Migration[]> {
  const applied = await listApplied(sql);
  const foreign = applied.filter(({ name }) => !migrations.some((migration) => migration.name === name));
  if (foreign.length > 0) {
    const names = foreign.map(({ name }) => name).join(", ");
    throw new MigrationError(`The database is newer than this program (it has ${names}): install the newer version.`);
  }
  for (const [index, { name, hash }] of applied.entries()) checkFits(migrations[index], name, hash);
  return migrations.slice(applied.length);
}

async function applyNext(sql: Sql, migrations: readonly Migration[]): Promise<string | undefined> {
  return inTransaction(sql, async (tx) => {
    // Held until the end of the transaction, so it cannot outlive a killed process. The key is arbitrary, but fixed.
    await tx`select pg_advisory_xact_lock(7236454321)`;
    const [next] = await pendingMigrations(tx, migrations);
    if (next === undefined) return undefined;
    await apply(tx, next);
    return next.name;
  });
}

async function apply(tx: Tx, { name, hash, statements }: Migration): Promise<void> {
  await tx`
    create table if not exists schema_migrations (
      name text primary key,
      hash text not null,
      applied_at timestamptz not null default now()
    )`;
  for (const statement of statements) await tx.unsafe(statement);
  await tx`insert into schema_migrations (name, hash) values (${name}, ${hash})`;
}

async function listApplied(sql: Tx): Promise<{ name: string; hash: string }[]> {
  const [table] = await sql<{ exists: boolean }[]>`select to_regclass('schema_migrations') is not null as exists`;
  if (!table?.exists) return [];
  return sql<{ name: string; hash: string }[]>`select name, hash from schema_migrations order by name collate "C"`;
}

function checkFits(ours: Migration | undefined, name: string, hash: string): void {
  if (ours?.name !== name) {
    throw new MigrationError(`The database has ${name}, but lacks ${ours?.name}, which comes before it.`);
  }
  if (ours.hash !== hash) {
    throw new MigrationError(`Migration ${name} was edited after it was applied: restore the file, or start afresh.`);
  }
}

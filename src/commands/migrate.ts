import type { Config } from "../config.ts";
import { migrate } from "../db/migrate.ts";
import { openDatabase } from "../db/open.ts";
import { EXIT, type ExitCode } from "../exit.ts";

export async function runMigrate(config: Config): Promise<ExitCode> {
  const database = await openDatabase(config);
  try {
    const applied = await migrate(database.sql);
    console.log(applied.length === 0 ? "The database is up to date." : `Applied: ${applied.join(", ")}.`);
    return EXIT.ok;
  } finally {
    await database.close();
  }
}

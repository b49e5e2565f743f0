import { FIRST_ORGANISATION } from "../accounts/organisation.ts";
import type { Config } from "../config.ts";
import type { Sql } from "../db/client.ts";
import { migrate } from "../db/migrate.ts";
import { openDatabase } from "../db/open.ts";
import { EXIT, Failure } from "../exit.ts";
import type { OrganisationId } from "../ids.ts";
import { createLog, type Log } from "../log.ts";
import { createOxylabs } from "../providers/oxylabs/client.ts";
import type { Provider } from "../providers/provider.ts";

/** What a command works with. */
export interface Context {
  config: Config;
  log: Log;
  sql: Sql;
  orgId: OrganisationId;
}

/** Opens (and migrates) the database, hands it to `use`, and closes it whatever happens. */
export async function withContext<T>(config: Config, use: (context: Context) => Promise<T>): Promise<T> {
  const log = createLog(config);
  const database = await openDatabase(config);
  try {
    await migrate(database.sql);
    return await use({ config, log, sql: database.sql, orgId: FIRST_ORGANISATION });
  } finally {
    await database.close();
  }
}

export const hasCredentials = ({ oxylabs }: Config): boolean =>
  oxylabs.username !== undefined && oxylabs.password !== undefined;

/** The account that these credentials stand for, as other processes know it; tells nothing of them. */
export function accountKeyOf({ oxylabs: { baseUrl, username = "" } }: Config): string {
  return new Bun.CryptoHasher("sha256").update(`oxylabs ${baseUrl} ${username}`).digest("hex").slice(0, 32);
}

/** @throws Failure when the credentials are not set. */
export function providerOf({ oxylabs }: Config): Provider {
  const { username, password, baseUrl, timeoutMs } = oxylabs;
  if (username === undefined || password === undefined) {
    throw new Failure(
      EXIT.badConfiguration,
      "The provider's credentials are missing: set OXYLABS_USERNAME and OXYLABS_PASSWORD " +
        "(or try it without any: `sellercollection sandbox` prints what to set).",
    );
  }
  return createOxylabs({ baseUrl, username, password, timeoutMs });
}

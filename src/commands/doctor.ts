import { mkdir, statfs } from "node:fs/promises";
import { type Config, readConfig } from "../config.ts";
import { ping } from "../db/connection.ts";
import { pendingMigrations } from "../db/migrate.ts";
import { openDatabase } from "../db/open.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { checkProvider } from "../providers/oxylabs/check.ts";

interface Check {
  name: string;
  ok: boolean;
  found: string;
  /** What to do when it is not ok. */
  remedy?: string;
}

const ENOUGH_BYTES = 1024 ** 3;

/** Checks everything that a collection needs, and says what to do about what is missing. Buys nothing. */
export async function doctor({ json = false }: { json?: boolean }): Promise<ExitCode> {
  const checks = await runChecks();
  if (json) console.log(JSON.stringify({ ok: checks.every((check) => check.ok), checks }));
  else for (const check of checks) console.log(line(check));
  return checks.every((check) => check.ok) ? EXIT.ok : EXIT.unavailable;
}

async function runChecks(): Promise<Check[]> {
  let config: Config;
  try {
    config = readConfig();
  } catch (error) {
    return [
      { name: "configuration", ok: false, found: messageOf(error), remedy: "Correct the variable; see .env.example." },
    ];
  }
  const configuration = { name: "configuration", ok: true, found: `data in ${config.dataDir}` };
  return [configuration, await checkDisk(config), await checkDatabase(config), await checkCredentials(config)];
}

async function checkDisk({ dataDir }: Config): Promise<Check> {
  try {
    await mkdir(dataDir, { recursive: true });
    const { bavail, bsize } = await statfs(dataDir);
    const free = bavail * bsize;
    const found = `${(free / 1024 ** 3).toFixed(1)} GiB free in ${dataDir}`;
    return { name: "disk", ok: free >= ENOUGH_BYTES, found, remedy: "Make room: a large run stores a GiB of answers." };
  } catch (error) {
    return {
      name: "disk",
      ok: false,
      found: messageOf(error),
      remedy: "Set DATA_DIR to a folder that can be written.",
    };
  }
}

async function checkDatabase(config: Config): Promise<Check> {
  try {
    const database = await openDatabase(config);
    try {
      await ping(database.sql);
      const pending = await pendingMigrations(database.sql);
      const found = `${database.kind} PostgreSQL answers`;
      return pending.length === 0
        ? { name: "database", ok: true, found }
        : {
            name: "database",
            ok: true,
            found: `${found}; ${pending.length} migrations will be applied at the next start`,
          };
    } finally {
      await database.close();
    }
  } catch (error) {
    return {
      name: "database",
      ok: false,
      found: messageOf(error),
      remedy: "Check DATABASE_URL, or unset it for the own database.",
    };
  }
}

async function checkCredentials({ oxylabs }: Config): Promise<Check> {
  const { username, password, baseUrl, timeoutMs } = oxylabs;
  if (username === undefined || password === undefined) {
    return {
      name: "provider",
      ok: false,
      found: "no credentials",
      remedy: "Set OXYLABS_USERNAME and OXYLABS_PASSWORD.",
    };
  }
  const answer = await checkProvider({ baseUrl, username, password, timeoutMs });
  if (answer.ok) return { name: "provider", ok: true, found: `${new URL(baseUrl).host} accepts the credentials` };
  return { name: "provider", ok: false, found: answer.problem, remedy: answer.remedy };
}

function line({ name, ok, found, remedy }: Check): string {
  return `${ok ? "ok  " : "FAIL"}  ${name.padEnd(14)} ${found}${!ok && remedy ? `\n${" ".repeat(21)}${remedy}` : ""}`;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

import { connect, type Sql } from "../db/client.ts";
import postgres from "postgres";
export interface TestDatabase { sql: Sql; connect(): Sql; drop(): Promise<void> }
export async function createTestDatabase(): Promise<TestDatabase> {
  const admin = postgres("postgres://postgres@127.0.0.1:54399/postgres", { max: 1, onnotice: () => {} });
  const name = `t_${crypto.randomUUID().replaceAll("-", "")}`;
  await admin.unsafe(`create database ${name} owner app`);
  const url = `postgres://app@127.0.0.1:54399/${name}`;
  const raw = postgres(url, { max: 1, onnotice: () => {} });
  for (const f of ["0000_foundation", "0001_guards"]) await raw.begin((tx) => tx.unsafe(require("fs").readFileSync(`/work/main/drizzle/${f}.sql`, "utf8")));
  await raw.end();
  const sql = connect(url);
  return { sql, connect: () => connect(url), async drop() { await sql.end(); await admin.unsafe(`drop database ${name}`); await admin.end(); } };
}

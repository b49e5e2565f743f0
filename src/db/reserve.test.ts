import { afterAll, beforeAll, expect, test } from "bun:test";
import { createServer, connect as dial, type Server } from "node:net";
import { join } from "node:path";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { connect, type ServerTarget } from "./client.ts";

// The driver's own promises, which it keeps since it is patched: see `patches/`.

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

test("who waits for a connection of its own gets one although the one waited for dies", async () => {
  const sql = connect(db.target, { max: 1 });
  const [backend] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
  const busy = sql`select pg_sleep(60)`.catch((error) => error);
  await untilAsleep(backend?.pid ?? 0);
  const waiting = sql.reserve();
  await db.sql`select pg_terminate_backend(${backend?.pid ?? 0})`;
  expect(await busy).toBeInstanceOf(Error);
  const connection = await waiting;
  expect(await connection`select 1 as one`).toHaveLength(1);
  connection.release();
  await sql.end();
});

test("who was refused a connection of its own takes none later, when nobody would give it back", async () => {
  const door = createServer((client) => void client.pipe(dial(socketOf(db))).pipe(client));
  const port = await listen(door, 0);
  await new Promise((resolve) => door.close(resolve));
  const sql = connect({ ...serverOf(db), host: "127.0.0.1", port }, { max: 1 });
  await expect(sql.reserve()).rejects.toMatchObject({ code: "ECONNREFUSED" });
  await listen(door, port);
  expect(await sql`select 1 as one`).toHaveLength(1);
  await sql.end();
  door.close();
});

async function untilAsleep(pid: number): Promise<void> {
  const find = () => db.sql`select 1 from pg_stat_activity where pid = ${pid} and query like '%pg_sleep%'`;
  while ((await find()).length === 0);
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve) => {
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      resolve(address instanceof Object ? address.port : 0);
    });
  });
}

function serverOf({ target }: TestDatabase): ServerTarget {
  if ("url" in target) throw new Error("the test's server is no socket");
  return target;
}

const socketOf = (database: TestDatabase) => {
  const { host, port } = serverOf(database);
  return join(host, `.s.PGSQL.${port}`);
};

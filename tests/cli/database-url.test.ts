import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { connect } from "../../src/db/client.ts";
import { brokenRules, getRun } from "../crash/books.ts";
import { type Ended, run, start, summaryOf } from "../crash/program.ts";
import { createWorld, reader, type World } from "../crash/world.ts";
import { COLLECT, expectRefusal } from "./collecting.ts";
import { type ExternalServer, startExternalServer } from "./external-server.ts";

let world: World;
let server: ExternalServer;

beforeAll(async () => {
  world = await createWorld();
  server = await startExternalServer(join(world.folder, "external"));
  await server.admin.unsafe("create role app login nosuperuser nobypassrls");
  await server.admin.unsafe("create role locked login password 'right'");
  await server.admin.unsafe("create role weak login");
  for (const name of ["app", "elder", "future"]) await server.admin.unsafe(`create database ${name} owner app`);
}, 30_000);

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

const collect = (url: string): Promise<Ended> =>
  run([...COLLECT, "--json"], { ...world.environment, DATABASE_URL: url });

test("a server of one's own: a run killed in its middle goes on there", async () => {
  const environment = { ...world.environment, DATABASE_URL: server.urlOf("app", "app") };
  const program = start([...COLLECT, "--json"], environment);
  while (world.sandbox.stats().calls < 20) await Bun.sleep(5);
  program.kill("SIGKILL");
  await program.ended;
  const ended = await run(["collect", "--resume", "latest", "--json"], environment);
  expect(summaryOf(ended)).toMatchObject({ status: "completed", searched: 47, failed: 0 });
  const database = reader({ url: server.urlOf("app", "app") });
  expect(await database.read(brokenRules)).toEqual([]);
  expect(await database.read(getRun)).toMatchObject({ status: "completed" });
  await database.close();
}, 30_000);

test("nobody at that address", async () => {
  expectRefusal(await collect("postgres://app@127.0.0.1:1/app"), 69, /127\.0\.0\.1:1 does not answer/);
});

test("a wrong password, which is not repeated", async () => {
  const ended = await collect(server.urlOf("locked:wr0ng", "app"));
  expectRefusal(ended, 69, /does not accept the password of "locked"/);
  expect(ended.stderr).not.toContain("wr0ng");
});

test("a database that is not there", async () => {
  expectRefusal(await collect(server.urlOf("app", "nowhere")), 69, /has no database "nowhere"/);
});

test("a superuser, from whom row level security hides nothing", async () => {
  expectRefusal(await collect(server.urlOf("postgres", "app")), 69, /may bypass row level security/);
});

test("a role that may create nothing", async () => {
  expectRefusal(await collect(server.urlOf("weak", "app")), 69, /may not create tables/);
});

test("a server that is too old", async () => {
  // It says so of itself: what it tells first is found in a schema before the system's own.
  const elder = connect({ url: server.urlOf("app", "elder") }, { max: 1 });
  await elder.unsafe("create schema pretence");
  await elder.unsafe(`create function pretence.current_setting(text) returns text language sql as
    $$ select case $1 when 'server_version_num' then '140009' when 'server_version' then '14.9' end $$`);
  await elder.end();
  await server.admin.unsafe("alter role app in database elder set search_path = pretence, pg_catalog, public");
  expectRefusal(await collect(server.urlOf("app", "elder")), 69, /PostgreSQL 14\.9, too old.*PostgreSQL 15 or newer/);
});

for (const command of [COLLECT, ["serve", "--port", "0"]]) {
  test(`a database that is newer than the program: ${command[0]}`, async () => {
    const environment = { ...world.environment, DATABASE_URL: server.urlOf("app", "future") };
    await run(["migrate"], environment);
    const future = connect({ url: environment.DATABASE_URL }, { max: 1 });
    await future.unsafe("insert into schema_migrations values ('9999_future', 'x') on conflict do nothing");
    await future.end();
    expectRefusal(await run(command, environment), 69, /newer than this program.*install the newer version/);
  });
}

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brokenRules, getRun } from "../crash/books.ts";
import { type Ended, type Environment, run, start, summaryOf } from "../crash/program.ts";
import { createWorld, type Database, openDatabase, switchCacheOff, type World } from "../crash/world.ts";
import { COLLECT, expectOneSentence, expectRefusal } from "./collecting.ts";

let world: World;
let database: Database;

beforeAll(async () => {
  world = await createWorld();
  database = await openDatabase(world.dataDir);
  await run(["migrate"], world.environment);
  await switchCacheOff(database);
}, 30_000);

afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

const ask = (args: string[], change: Environment = {}): Promise<Ended> =>
  run(args, { ...world.environment, ...change });
const countRuns = () => database.read((tx) => tx<{ id: string }[]>`select id from runs`).then((rows) => rows.length);

describe("a refused command line makes no run and no call", () => {
  const refusals: [args: string[], what: string][] = [
    [["collect"], "exactly one of"],
    [[...COLLECT, "--preset", "All"], "exactly one of"],
    [["collect", "--categories", "electronics--headphonez"], "Did you mean electronics--headphones"],
    [["collect", "--categories", ","], "Nothing is selected"],
    [["collect", "--preset", "Nope"], 'no preset "Nope"'],
    [[...COLLECT, "--workers", "0"], "from 1 to 50"],
    [[...COLLECT, "--workers", "5000"], "from 1 to 50"],
    [[...COLLECT, "--workers", "abc"], "from 1 to 50"],
    [[...COLLECT, "--markup-min", "120", "--markup-max", "80"], "lowest markup"],
    [[...COLLECT, "--budget-cents", "1"], "will likely cost \\$0.07, which is over its cap of \\$0.01"],
    [[...COLLECT, "--export", "sellers.pdf"], "use .csv, .json, .ndjson or .txt"],
    [["collect", "--resume", "01a1fd32-5903-76b5-98ac-b9d308395940"], "no run 01a1fd32"],
    [["collect", "--resume", "nonsense"], "no run nonsense"],
    [["collect", "--resume", "latest"], "No run is waiting"],
    [["collect", "--nosuch"], "unknown option"],
    [["nosuch"], "unknown command"],
    [["serve", "--port", "77777"], "from 0 to 65535"],
  ];
  for (const [args, what] of refusals) {
    test(`${args.join(" ")}: exit 64`, async () => {
      expectRefusal(await ask(args), 64, new RegExp(what));
      expect([await countRuns(), world.sandbox.stats().calls]).toEqual([0, 0]);
    });
  }
});

describe("a wrong configuration", () => {
  const wrong: [change: Environment, args: string[], what: RegExp][] = [
    [{ OXYLABS_USERNAME: "" }, COLLECT, /set OXYLABS_USERNAME and OXYLABS_PASSWORD/],
    [{ OXYLABS_BASE_URL: "garbage" }, COLLECT, /OXYLABS_BASE_URL/],
    [{ DATABASE_URL: "mysql://x" }, COLLECT, /DATABASE_URL: must begin with postgres/],
    [{ PORT: "abc" }, ["serve"], /PORT/],
    [{ PORT: "99999" }, ["serve"], /PORT/],
    [{ HOST: "0.0.0.0" }, ["serve"], /HOST=0\.0\.0\.0 is reachable from outside/],
    [{ LOG_LEVEL: "loud" }, COLLECT, /LOG_LEVEL/],
  ];
  for (const [change, args, what] of wrong) {
    test(`${JSON.stringify(change)}: exit 78`, async () => expectRefusal(await ask(args, change), 78, what));
  }
});

describe("a products file that cannot be used", () => {
  const files: [name: string, content: string | Uint8Array | undefined, what: RegExp][] = [
    ["empty.csv", "", /is empty/],
    ["header.csv", "asin,title,price\n", /.+/],
    ["broken.json", '{"products": [', /broken or cut off/],
    ["noise.csv", crypto.getRandomValues(new Uint8Array(3000)), /is no text/],
    ["missing.csv", undefined, /no such file/],
  ];
  for (const [name, content, what] of files) {
    test(`${name}: exit 65`, async () => {
      const path = join(world.folder, name);
      if (content !== undefined) await writeFile(path, content);
      expectRefusal(await ask(["collect", "--products", path]), 65, what);
      expect(await countRuns()).toBe(0);
    });
  }
});

describe("places that cannot be used", () => {
  test("an export into a folder that is not there is refused before anything is paid", async () => {
    expectRefusal(await ask([...COLLECT, "--export", "/nonexistent/sellers.csv"]), 73, /cannot be written/);
    expect(world.sandbox.stats().calls).toBe(0);
  });

  test("a DATA_DIR that is a file: exit 73", async () => {
    expectRefusal(await ask(COLLECT, { DATA_DIR: "/etc/passwd" }), 73, /is not a folder/);
  });

  test("a port that is taken: exit 69", async () => {
    expectRefusal(await ask(["serve", "--port", String(world.sandbox.port)]), 69, /is in use/);
  });
});

describe("a provider that refuses, or is not there, leaves a run that goes on later", () => {
  test("wrong credentials: exit 4, paused with `credentials`", async () => {
    const ended = await ask([...COLLECT, "--json"], { OXYLABS_PASSWORD: "wrong" });
    expect(ended.code).toBe(4);
    expect(summaryOf(ended)).toMatchObject({ status: "paused", pause_reason: "credentials", cost_micros: 0 });
    expect((await ask(["collect", "--resume", "latest"])).code).toBe(0);
  });

  test("no answer at all: exit 69, the address named, nothing booked", async () => {
    const ended = await ask([...COLLECT, "--json"], { OXYLABS_BASE_URL: "http://127.0.0.1:1" });
    expect(ended.code).toBe(69);
    expectOneSentence(ended.stderr);
    expect(ended.stderr).toContain("http://127.0.0.1:1 cannot be reached");
    expect(summaryOf(ended)).toMatchObject({ status: "paused", pause_reason: "provider", cost_micros: 0 });
    expect((await ask(["collect", "--resume", summaryOf(ended).run_id])).code).toBe(0);
    expect(await database.read(brokenRules)).toEqual([]);
  });
});

describe("resuming", () => {
  test("a run that is completed: exit 64", async () => {
    const { id } = await database.read(getRun);
    expectRefusal(await ask(["collect", "--resume", id]), 64, /is completed/);
  });

  test("with a cap below what is spent: exit 64, and the run is as before", async () => {
    const stopped = await ask([...COLLECT, "--stop-at-cap", "--budget-cents", "3"]);
    expect(stopped.code).toBe(3);
    const before = await database.read(getRun);
    expectRefusal(await ask(["collect", "--resume", before.id, "--budget-cents", "1"]), 64, /spent/);
    expect(await database.read(getRun)).toEqual(before);
  });

  test("twice at once: one goes on, the other says who is in the way", async () => {
    world.sandbox.setFaults({ latencyMs: 3_000 });
    world.sandbox.resetStats();
    const { id } = await database.read(getRun);
    const one = start(["collect", "--resume", id, "--budget-cents", "50"], world.environment);
    while (world.sandbox.stats().calls === 0) await Bun.sleep(10);
    expectRefusal(await ask(["collect", "--resume", id]), 69, /Another process is working on run/);
    world.sandbox.setFaults({ latencyMs: 20 });
    expect((await one.ended).code).toBe(0);
    expect(await database.read(brokenRules)).toEqual([]);
    expect(world.sandbox.stats().repeats).toBe(0);
  }, 40_000);
});

test("an export that fails at the end costs the file only: the summary is printed, the sellers are there", async () => {
  const folder = join(world.folder, "export");
  await mkdir(folder);
  const path = join(folder, "sellers.csv");
  world.sandbox.setFaults({ latencyMs: 100 });
  const program = start([...COLLECT, "--json", "--name", "export", "--export", path], world.environment);
  const before = world.sandbox.stats().calls;
  while (world.sandbox.stats().calls === before) await Bun.sleep(10);
  await mkdir(path);
  const ended = await program.ended;
  expect(ended.code).toBe(73);
  expect(summaryOf(ended)).toMatchObject({ status: "completed", searched: 47 });
  expectOneSentence(ended.stderr);
}, 30_000);

import { afterAll, beforeAll, expect, test } from "bun:test";
import { FIRST_ORGANISATION } from "../accounts/organisation.ts";
import { type Sql, withOrganisation } from "../db/client.ts";
import { getRunView } from "../runs/lists.ts";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { readUntil } from "../testing/event-stream.ts";
import { changeRun, makeRun } from "../testing/factories.ts";
import { Channel } from "./channel.ts";
import { LiveHub } from "./hub.ts";

let database: TestDatabase;
let sql: Sql;
let hub: LiveHub;
let reads = 0;

const clock = { sleep: () => Promise.resolve() };
const onError = (error: unknown) => expect.unreachable(String(error));

async function read(id: string) {
  reads += 1;
  const run = await withOrganisation(sql, FIRST_ORGANISATION, (tx) => getRunView(tx, id));
  return { revision: String(run.revision), fragment: `found ${run.sellersFound}`, isFinal: run.status === "completed" };
}

beforeAll(async () => {
  database = await createTestDatabase();
  sql = database.sql;
  hub = new LiveHub({
    sql,
    open: (id, onEmpty) => new Channel({ read: () => read(id), clock, onEmpty, onError }),
  });
});

afterAll(async () => {
  await hub.stop();
  await database.drop();
});

const join = async (id: string, seen: string | null = null) => (await hub.subscribe(id, { seen })).getReader();

test("a viewer gets the run as it is, then each commit of another process", async () => {
  const { id } = await makeRun(sql, { status: "running" });
  const reader = await join(id);
  const first = await readUntil(reader, (events) => events.length === 1);
  expect(first.events).toEqual([{ type: "message", data: "found 0", lastEventId: "0" }]);
  expect(first.text).toStartWith("retry: 1000\n");
  await changeRun(sql, id, { sellersFound: 3 });
  const next = await readUntil(reader, (events) => events.length === 1);
  expect(next.events).toEqual([{ type: "message", data: "found 3", lastEventId: "1" }]);
  await reader.cancel();
});

test("a viewer that comes back is sent nothing it has, and the newest state if there is one", async () => {
  const { id } = await makeRun(sql, { status: "running" });
  await changeRun(sql, id, { sellersFound: 5 });
  const upToDate = await join(id, "1");
  const late = await join(id, "0");
  expect((await readUntil(late, (events) => events.length === 1)).events[0]?.data).toBe("found 5");
  await changeRun(sql, id, { sellersFound: 6 });
  // The first event that the up-to-date viewer gets is the one after what it had.
  const { events } = await readUntil(upToDate, (seen) => seen.length > 0);
  expect(events.map((event) => event.lastEventId)).toEqual(["2"]);
  await Promise.all([upToDate.cancel(), late.cancel()]);
});

test("the stream of a finished run ends with its last state and an end event", async () => {
  const { id } = await makeRun(sql, { status: "running" });
  const reader = await join(id);
  await readUntil(reader, (events) => events.length === 1);
  await changeRun(sql, id, { status: "completed", completedAt: new Date(), sellersFound: 9 });
  const { events, ended } = await readUntil(reader, () => false);
  expect(ended).toBe(true);
  expect(events.map((event) => [event.type, event.data])).toEqual([
    ["message", "found 9"],
    ["end", "finished"],
  ]);
});

test("who joins after the end gets the last state and the end, even a second time", async () => {
  const { id } = await makeRun(sql, { status: "completed" });
  for (const seen of [null, "0"]) {
    const { events } = await readUntil(await join(id, seen), () => false);
    expect(events.map((event) => event.type)).toEqual(seen === null ? ["message", "end"] : ["end"]);
  }
});

test("many viewers of one run cost one reading per change", async () => {
  const { id } = await makeRun(sql, { status: "running" });
  const readers = await Promise.all(Array.from({ length: 100 }, () => join(id)));
  await Promise.all(readers.map((reader) => readUntil(reader, (events) => events.length === 1)));
  const before = reads;
  await changeRun(sql, id, { sellersFound: 1 });
  await Promise.all(readers.map((reader) => readUntil(reader, (events) => events.length === 1)));
  // One more where the reading that was under way saw the change already.
  expect(reads - before).toBeLessThanOrEqual(2);
  await Promise.all(readers.map((reader) => reader.cancel()));
});

test("stopping the hub ends the streams without an end event, so that browsers come back", async () => {
  const quiet = async () => ({ revision: "1", fragment: "x", isFinal: false });
  const other = new LiveHub({ sql, open: (_, onEmpty) => new Channel({ read: quiet, clock, onEmpty, onError }) });
  const reader = (await other.subscribe("any", { seen: null })).getReader();
  await readUntil(reader, (events) => events.length === 1);
  await other.stop();
  const { events, ended } = await readUntil(reader, () => false);
  expect([events, ended]).toEqual([[], true]);
});

test("quiet streams get a heartbeat every 15 seconds, and each run is looked at every 5", async () => {
  const timers = new Map<number, () => void>();
  let stopped = 0;
  const every = (ms: number, call: () => void) => {
    timers.set(ms, call);
    return () => void stopped++;
  };
  const { id } = await makeRun(sql, { status: "running" });
  const ticking = new LiveHub({
    sql,
    every,
    open: (_, onEmpty) => new Channel({ read: () => read(id), clock, onEmpty, onError }),
  });
  const reader = (await ticking.subscribe(id, { seen: null })).getReader();
  await readUntil(reader, (events) => events.length === 1);
  expect([...timers.keys()]).toEqual([15_000, 5_000]);
  timers.get(15_000)?.();
  expect((await readUntil(reader, () => true)).text).toBe(": \n\n");
  const before = reads;
  timers.get(5_000)?.();
  expect(reads - before).toBe(1);
  await ticking.stop();
  expect(stopped).toBe(2);
});

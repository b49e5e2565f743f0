import { expect, test } from "bun:test";
import { readUntil } from "../testing/event-stream.ts";
import { ActivityChannel, type ActivitySource } from "./channel.ts";
import type { Activity } from "./event.ts";

/** A run's events in memory, with what was asked of them. */
function makeSource(first = 0) {
  const events: Activity[] = [];
  let isFinal = false;
  const asked = { reads: 0, replays: 0, states: 0 };
  const after = (id: number, limit: number) => events.filter((event) => event.id > id).slice(0, limit);
  const source: ActivitySource = {
    async read(afterId, limit) {
      asked.reads += 1;
      const found = afterId === null ? events.slice(-limit) : after(afterId, limit);
      return { events: found, isFinal };
    },
    async replay(seenId, limit) {
      asked.replays += 1;
      return events.some((event) => event.id === seenId) ? after(seenId, limit) : undefined;
    },
    async state(newestId) {
      asked.states += 1;
      return `state at ${newestId}`;
    },
  };
  const happen = (n: number, text = "x") => {
    for (let i = 0; i < n; i++) {
      const id = (events.at(-1)?.id ?? first) + 2;
      const details = { error_message: text };
      events.push({ id, at: new Date(), workerId: 1, phase: "ebay", action: "found", details });
    }
  };
  const forget = (n: number) => void events.splice(0, n);
  const end = () => {
    isFinal = true;
  };
  return { source, asked, events, happen, forget, end };
}

function watch(source: ActivitySource, bounds?: { events: number; bytes: number }) {
  const seen = { empty: 0, ended: 0 };
  const channel = new ActivityChannel({
    source,
    onEmpty: () => seen.empty++,
    onError: (error) => expect.unreachable(String(error)),
    ...(bounds && { bounds }),
  });
  const join = (from: string | null = null) => channel.join({ seen: from, onEnd: () => seen.ended++ }).getReader();
  return { channel, join, seen };
}

type Reader = ReadableStreamDefaultReader<Uint8Array>;
const ids = async (reader: Reader, n: number) =>
  (await readUntil(reader, (events) => events.length >= n)).events.map((event) => Number(event.lastEventId));
const upTo = (from: number, to: number) =>
  Array.from({ length: (to - from) / 2 }, (_, index) => from + 2 * (index + 1));

test("a new viewer is shown the newest hundred, then what happens, each once", async () => {
  const { source, happen } = makeSource();
  const { channel, join } = watch(source);
  happen(130);
  const reader = join();
  expect(await ids(reader, 100)).toEqual(upTo(60, 260));
  happen(3);
  await channel.refresh();
  expect(await ids(reader, 3)).toEqual([262, 264, 266]);
});

test("a viewer that comes back goes on where it was, from memory or from the table", async () => {
  const { source, asked, happen } = makeSource();
  const { join } = watch(source);
  happen(1200);
  expect(await ids(join("2390"), 5)).toEqual(upTo(2390, 2400));
  expect(asked.replays).toBe(0);
  expect(await ids(join("4"), 1198)).toEqual(upTo(4, 2400));
  expect(asked.states).toBe(0);
});

test("who has seen what another process has read, but not yet this one, misses and repeats nothing", async () => {
  const { source, asked, happen } = makeSource();
  const { join } = watch(source);
  happen(3);
  const early = join();
  await ids(early, 3);
  happen(2);
  const late = join("8");
  expect(await ids(late, 1)).toEqual([10]);
  expect(await ids(early, 2)).toEqual([8, 10]);
  expect(asked.states).toBe(0);
});

const strangers = ["3", "999999", "0", "-1", "abc", "1e3", "9".repeat(40)];
for (const seen of strangers) {
  test(`an id that is none of the run's (${seen.slice(0, 10)}) is answered with the state as it is, then goes on live`, async () => {
    const { source, happen } = makeSource(6);
    const { channel, join } = watch(source);
    happen(5);
    const reader = join(seen);
    const { events } = await readUntil(reader, (all) => all.length === 1);
    expect(events).toEqual([{ type: "reset", data: "state at 16", lastEventId: "16" }]);
    happen(1);
    await channel.refresh();
    expect(await ids(reader, 1)).toEqual([18]);
  });
}

test("an id older than what is kept is answered with the state, also when it is trimmed in mid-replay", async () => {
  const { source, happen, forget } = makeSource();
  const { join } = watch(source);
  happen(3000);
  const reader = join("2");
  await ids(reader, 1);
  forget(2400);
  const { events } = await readUntil(reader, (all) => all.some((event) => event.type === "reset"));
  const told = events.filter((event) => event.type === "message").map((event) => Number(event.lastEventId));
  expect(told).toEqual(upTo((told[0] ?? 0) - 2, told.at(-1) ?? 0));
  expect(events.at(-1)).toEqual({ type: "reset", data: "state at 6000", lastEventId: "6000" });
  const other = await readUntil(join("2"), (all) => all.length === 1);
  expect(other.events.map((event) => event.type)).toEqual(["reset"]);
});

test("a reset before anything has happened leaves no id to come back with", async () => {
  const { source } = makeSource();
  const { join } = watch(source);
  const { events } = await readUntil(join("77"), (all) => all.length === 1);
  expect(events).toEqual([{ type: "reset", data: "state at 0", lastEventId: "" }]);
});

test("the stream of a finished run ends after its last event, for who is there and for who comes", async () => {
  const { source, happen, end } = makeSource();
  const { channel, join, seen } = watch(source);
  happen(2);
  const reader = join();
  await ids(reader, 2);
  happen(1);
  end();
  await channel.refresh();
  const typesOf = async (from: Reader) => {
    const { events, ended } = await readUntil(from, () => false);
    return [...events.map((event) => `${event.type} ${event.lastEventId}`), ended];
  };
  expect(await typesOf(reader)).toEqual(["message 6", "end 6", true]);
  expect(await typesOf(join("4"))).toEqual(["message 6", "end 6", true]);
  expect(await typesOf(join("6"))).toEqual(["end ", true]);
  expect(await typesOf(join("5"))).toEqual(["reset 6", "end 6", true]);
  expect(seen.ended).toBe(4);
});

test("a slow reader is told that it missed something, and goes on with the newest state; others miss nothing", async () => {
  const { source, asked, happen } = makeSource();
  const { channel, join } = watch(source, { events: 200, bytes: 1_000_000 });
  happen(1);
  const [slow, fast] = [join(), join()];
  await ids(fast, 1);
  const told: number[] = [];
  for (let round = 0; round < 20; round++) {
    happen(100, "y".repeat(1000));
    await channel.refresh();
    told.push(...(await ids(fast, 100)));
  }
  expect(told).toEqual(upTo(2, 4002));
  const { events } = await readUntil(slow, (all) => all.some((event) => event.type === "reset"));
  expect(events.at(-1)).toEqual({ type: "reset", data: "state at 4002", lastEventId: "4002" });
  expect(asked.states).toBe(1);
  // What had been put into its queue before was in order, without a gap.
  const before = events.slice(0, -1).map((event) => Number(event.lastEventId));
  expect(before).toEqual(upTo(0, before.at(-1) ?? 0));
});

test("what waits for a reader that never reads is bounded, and it is let go within half a minute", async () => {
  const { source, happen } = makeSource();
  const { channel, join, seen } = watch(source);
  happen(1);
  const [stuck, fine] = [join(), join()];
  for (let round = 0; round < 50; round++) {
    happen(100, "y".repeat(1000));
    await channel.refresh();
    await ids(fine, 100);
  }
  for (let look = 0; look < 6; look++) channel.look();
  expect(seen).toEqual({ empty: 0, ended: 1 });
  let waiting = 0;
  for (let end = false; !end; ) {
    const { done, value } = await stuck.read();
    waiting += value?.length ?? 0;
    end = done;
  }
  expect(waiting).toBeLessThan(128 * 1024);
});

test("many viewers cost one reading, and those that were reset together one state", async () => {
  const { source, asked, happen } = makeSource();
  const { channel, join, seen } = watch(source);
  happen(10);
  const readers = Array.from({ length: 100 }, () => join());
  await Promise.all(readers.map((reader) => ids(reader, 10)));
  happen(1);
  await channel.refresh();
  await Promise.all(readers.map((reader) => ids(reader, 1)));
  expect(asked).toEqual({ reads: 2, replays: 0, states: 0 });
  const lost = Array.from({ length: 100 }, () => join("1"));
  await Promise.all(lost.map((reader) => ids(reader, 1)));
  expect(asked.states).toBe(1);
  expect(seen.empty).toBe(0);
  await Promise.all([...readers, ...lost].map((reader) => reader.cancel()));
  expect(seen.empty).toBe(1);
});

test("a reading that fails leaves the viewers as they are; the next one brings what is new", async () => {
  const { source, happen } = makeSource();
  const errors: unknown[] = [];
  let isDown = true;
  const read: ActivitySource["read"] = (...args) => (isDown ? Promise.reject(new Error("down")) : source.read(...args));
  const channel = new ActivityChannel({
    source: { ...source, read },
    onEmpty: () => undefined,
    onError: (error) => errors.push(error),
  });
  happen(2);
  const reader = channel.join({ seen: null }).getReader();
  await channel.refresh();
  expect(errors.length).toBeGreaterThan(0);
  isDown = false;
  await channel.refresh();
  expect(await ids(reader, 2)).toEqual([2, 4]);
});

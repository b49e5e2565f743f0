import { expect, test } from "bun:test";
import { Subscriber } from "./subscriber.ts";

const message = (text: string, bytes = 40_000) => new TextEncoder().encode(text.padEnd(bytes, "."));
const comment = new TextEncoder().encode(": \n\n");

const drain = async (stream: ReadableStream<Uint8Array>) => {
  const texts: string[] = [];
  for (const reader = stream.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) return texts;
    texts.push(new TextDecoder().decode(value).replace(/\.+$/, ""));
  }
};

test("a reader that falls behind is sent the newest state and none of those in between", async () => {
  const viewer = new Subscriber(() => undefined);
  for (let state = 1; state <= 1000; state++) viewer.send(message(`state ${state}`));
  viewer.close();
  expect(await drain(viewer.stream)).toEqual(["state 1", "state 2", "state 1000"]);
});

test("a reader that takes nothing for half a minute is let go, once, and its connection is told first", () => {
  const told: string[] = [];
  const viewer = new Subscriber(
    () => told.push("gone"),
    () => told.push("ends"),
  );
  viewer.send(message("a"));
  viewer.send(message("b"));
  for (let look = 1; look <= 4; look++) viewer.look();
  expect(told).toEqual([]);
  for (let look = 5; look <= 12; look++) viewer.look();
  expect(told).toEqual(["ends", "gone"]);
});

test("a slow reader that takes a little now and then stays", async () => {
  let gone = 0;
  const viewer = new Subscriber(() => gone++);
  const reader = viewer.stream.getReader();
  for (let round = 0; round < 10; round++) {
    for (let state = 0; state < 4; state++) viewer.send(message("a"));
    for (let look = 0; look < 3; look++) viewer.look();
    await reader.read();
  }
  expect(gone).toBe(0);
});

test("a reader that leaves is forgotten, and what is sent afterwards goes nowhere", async () => {
  let gone = 0;
  const viewer = new Subscriber(() => gone++);
  await viewer.stream.cancel();
  viewer.send(message("late"));
  viewer.beat(comment);
  viewer.look();
  viewer.close();
  expect(gone).toBe(1);
});

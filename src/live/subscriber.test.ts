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

test("a reader that takes nothing for four heartbeats is let go, once", () => {
  let gone = 0;
  const viewer = new Subscriber(() => gone++);
  viewer.send(message("a"));
  viewer.send(message("b"));
  for (let beat = 1; beat <= 3; beat++) viewer.beat(comment);
  expect(gone).toBe(0);
  for (let beat = 4; beat <= 10; beat++) viewer.beat(comment);
  expect(gone).toBe(1);
});

test("a reader that leaves is forgotten, and what is sent afterwards goes nowhere", async () => {
  let gone = 0;
  const viewer = new Subscriber(() => gone++);
  await viewer.stream.cancel();
  viewer.send(message("late"));
  viewer.beat(comment);
  viewer.close();
  expect(gone).toBe(1);
});

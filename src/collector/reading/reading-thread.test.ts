import { expect, test } from "bun:test";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newId } from "../../ids.ts";
import { RetryableError } from "../../providers/errors.ts";
import { READERS } from "../../providers/readers.ts";
import { createRawStore } from "../raw-store.ts";
import { type Delivery, openDesk } from "./reading.ts";
import { startReadingThread } from "./reading-thread.ts";

const PAGE = `<h1>1 result</h1><ul class="srp-results"><li class="s-card" data-listingid="256012345678">
  <a href="https://www.ebay.com/itm/256012345678"><h3>Steel bottle</h3></a><b>$19.50</b>
  <span>bottle-house 99.8% positive (1,204)</span></li></ul>`;

const folder = () => mkdtemp(join(tmpdir(), "sellercollection-reading-"));

function delivery(answer: unknown): Delivery {
  const body = new TextEncoder().encode(JSON.stringify(answer));
  return { runId: newId(), callId: newId(), question: { kind: "seller_search" }, body };
}

const page = () => delivery({ results: [{ content: PAGE, status_code: 200 }] });

test("an answer is read in the thread as it is here, and kept before", async () => {
  const directory = await folder();
  await using thread = startReadingThread({ provider: "oxylabs", directory });
  const here = openDesk(createRawStore(await folder()), READERS.oxylabs);
  const sent = page();
  const received = await thread.receive({ ...sent, body: sent.body.slice() });
  expect(received).toEqual(await here.receive(sent));
  expect(received.reading).toMatchObject({ kind: "seller_search", page: { outcome: "ok", listings: [{}] } });
  expect((await createRawStore(directory).read(sent.runId, sent.callId))?.body).toEqual(sent.body);
});

test("memory that an answer shares with others stays theirs", async () => {
  await using thread = startReadingThread({ provider: "oxylabs", directory: await folder() });
  const { body, ...rest } = page();
  const shared = new Uint8Array(body.byteLength + 8);
  shared.set(body, 4);
  const { reading } = await thread.receive({ ...rest, body: shared.subarray(4, 4 + body.byteLength) });
  expect(reading).toMatchObject({ kind: "seller_search", page: { outcome: "ok" } });
  expect(shared.byteLength).toBe(body.byteLength + 8);
});

test("many answers at once each get their own reading", async () => {
  await using thread = startReadingThread({ provider: "oxylabs", directory: await folder() });
  const titles = Array.from({ length: 40 }, (_, index) => `Bottle ${index}`);
  const answers = titles.map((title) => delivery({ results: [{ content: PAGE.replace("Steel bottle", title) }] }));
  const received = await Promise.all(answers.map((answer) => thread.receive(answer)));
  const read = received.map(({ reading }) => (reading.kind === "seller_search" ? reading.page.listings[0]?.title : ""));
  expect(read).toEqual(titles);
});

test("a fault in an answer keeps its class, which says what to do next", async () => {
  await using thread = startReadingThread({ provider: "oxylabs", directory: await folder() });
  const { reading } = await thread.receive(delivery({ results: [{ content: "", status_code: 613 }] }));
  expect(reading.kind === "fault" && reading.error).toBeInstanceOf(RetryableError);
});

test("an answer that cannot be kept is read all the same, and the reason is told", async () => {
  const file = join(await folder(), "file");
  await Bun.write(file, "no folder");
  await using thread = startReadingThread({ provider: "oxylabs", directory: file });
  const { kept, reading } = await thread.receive(page());
  expect(kept).toMatchObject({ error: { message: expect.stringContaining("ENOTDIR") } });
  expect(reading.kind).toBe("seller_search");
});

test("bytes that are no answer end as a page that cannot be read, not as the end of the thread", async () => {
  await using thread = startReadingThread({ provider: "oxylabs", directory: await folder() });
  const { reading } = await thread.receive({ ...page(), body: crypto.getRandomValues(new Uint8Array(5_000)) });
  expect(reading).toMatchObject({ kind: "seller_search", page: { outcome: "unreadable" } });
  expect((await thread.receive(page())).reading.kind).toBe("seller_search");
});

test("whoever waits for a thread that has ended is told", async () => {
  const thread = startReadingThread({ provider: "oxylabs", directory: await folder() });
  const waiting = thread.receive(page());
  await thread[Symbol.asyncDispose]();
  await expect(waiting).rejects.toThrow("The reading thread has ended.");
  await expect(thread.receive(page())).rejects.toThrow("The reading thread has ended.");
});

import { expect, test } from "bun:test";
import { mkdir, mkdtemp, readdir, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newId } from "../ids.ts";
import { createRawStore } from "./raw-store.ts";

const folder = () => mkdtemp(join(tmpdir(), "sellercollection-raw-"));
const body = new TextEncoder().encode(JSON.stringify({ results: [{ content: "x".repeat(5_000) }] }));

async function stored() {
  const directory = await folder();
  const [runId, callId] = [newId(), newId()];
  const store = createRawStore(directory);
  const { sha256 } = await store.write(runId, callId, body);
  return { directory, store, runId, callId, sha256, path: join(directory, runId, `${callId}.zst`) };
}

test("an answer is read as it was written, and nothing else lies beside it", async () => {
  const { directory, store, runId, callId, sha256 } = await stored();
  expect(await store.read(runId, callId)).toEqual({ body, sha256 });
  expect(await readdir(join(directory, runId))).toEqual([`${callId}.zst`]);
});

test("an answer that is absent is none", async () => {
  const { store, runId } = await stored();
  expect(await store.read(runId, newId())).toBeUndefined();
  expect(await store.read(newId(), newId())).toBeUndefined();
});

for (const length of [0, 3, 20]) {
  test(`an answer that a power cut has torn to ${length} bytes is none`, async () => {
    const { store, runId, callId, path } = await stored();
    await truncate(path, length);
    expect(await store.read(runId, callId)).toBeUndefined();
  });
}

test("an answer that cannot be read now is not taken for none: it was paid for", async () => {
  const { store, runId, callId, path } = await stored();
  await rm(path);
  await mkdir(path);
  await expect(store.read(runId, callId)).rejects.toMatchObject({ code: "EISDIR" });
  const file = join(await folder(), "file");
  await writeFile(file, "no folder");
  await expect(createRawStore(file).read(runId, callId)).rejects.toMatchObject({ code: "ENOTDIR" });
});

test("an answer can be removed, also twice and by two at once", async () => {
  const { store, runId, callId, directory } = await stored();
  await Promise.all([store.remove(runId, callId), createRawStore(directory).remove(runId, callId)]);
  await store.remove(runId, callId);
  expect(await store.read(runId, callId)).toBeUndefined();
});

test("a run whose empty folder was cleared away gets it back with its next answer", async () => {
  const { directory, store, runId } = await stored();
  await rm(join(directory, runId), { recursive: true });
  const next = newId();
  await store.write(runId, next, body);
  expect((await store.read(runId, next))?.body).toEqual(body);
});

test("a folder that cannot be made fails the write with the reason", async () => {
  const file = join(await folder(), "file");
  await writeFile(file, "no folder");
  await expect(createRawStore(file).write(newId(), newId(), body)).rejects.toMatchObject({ code: "ENOTDIR" });
});

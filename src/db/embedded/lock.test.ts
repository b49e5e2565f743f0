import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tryLock } from "./lock.ts";

const folder = mkdtempSync(join(tmpdir(), "sc-lock-"));
const path = join(folder, "lock");

afterAll(() => rmSync(folder, { recursive: true }));

test("many may share a lock, and no one has it alone meanwhile", () => {
  const first = tryLock(path, "shared");
  const second = tryLock(path, "shared");
  expect(tryLock(path, "exclusive")).toBeUndefined();
  first?.release();
  expect(tryLock(path, "exclusive")).toBeUndefined();
  second?.release();
  const alone = tryLock(path, "exclusive");
  expect(alone).toBeDefined();
  expect(tryLock(path, "shared")).toBeUndefined();
  alone?.release();
});

test("the lock of a process that was killed is free", async () => {
  const script = `const { tryLock } = await import(${JSON.stringify(join(import.meta.dir, "lock.ts"))});
    tryLock(${JSON.stringify(path)}, "exclusive"); console.log("held"); setInterval(() => {}, 1000);`;
  await using holder = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe" });
  await holder.stdout.getReader().read();
  expect(tryLock(path, "exclusive")).toBeUndefined();
  holder.kill("SIGKILL");
  await holder.exited;
  const free = tryLock(path, "exclusive");
  expect(free).toBeDefined();
  free?.release();
});

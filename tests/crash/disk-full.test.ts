import { expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { mkdir, rm, stat, statfs, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brokenRules, getRun, listedSellers } from "./books.ts";
import { run, start } from "./program.ts";
import { createWorld, inventProducts, openDatabase, trueSellers, writeProducts } from "./world.ts";

const ITEMS = 300;
const products = inventProducts(ITEMS);

const mount = (folder: string) => spawnSync("mount", ["-t", "tmpfs", "-o", "size=160m", "tmpfs", folder]).status === 0;
const unmount = (folder: string) => spawnSync("umount", ["-l", folder]);
const canMount = tryToMount();
if (!canMount) console.warn("Skipped: a full disk needs the right to mount a small one.");

for (const leftKb of process.env.LONG === "1" ? [0, 200, 2_000] : [200]) {
  test.skipIf(!canMount)(
    `a disk with ${leftKb} KB left stops the buying; with room again the run goes on`,
    async () => {
      await using world = await createWorld({ conditions: { latencyMs: 100, pageBytes: 200_000 } });
      await mkdir(world.dataDir);
      mount(world.dataDir);
      try {
        const args = ["collect", "--products", await writeProducts(world, products), "--pages", "1", "--workers", "10"];
        const program = start([...args, "--json"], world.environment);
        while (world.sandbox.stats().calls < 40) await Bun.sleep(5);
        const filler = await fill(world.dataDir, leftKb);
        const { code, stderr } = await program.ended;
        const calls = world.sandbox.stats().calls;
        expect({ code, stderr }).toEqual({
          code: 74,
          stderr: expect.stringMatching(/^Error: .*(full|no space|room)/im),
        });
        expect(stderr).not.toMatch(/\n\s+at |defect/);
        expect(calls).toBeLessThan(ITEMS);
        await rm(filler);
        const resumed = await run(["collect", "--resume", "latest"], world.environment);
        expect({ code: resumed.code, stderr: resumed.stderr }).toMatchObject({ code: 0 });
        await using database = await openDatabase(world.dataDir);
        expect(await database.read(brokenRules)).toEqual([]);
        expect(await database.read(listedSellers)).toEqual(trueSellers(world, products, 1));
        expect(await database.read(getRun)).toMatchObject({ status: "completed", completedItems: ITEMS });
        console.log(`${leftKb} KB left: stopped after ${calls} calls, ${world.sandbox.stats().repeats} billed again`);
      } finally {
        unmount(world.dataDir);
      }
    },
    60_000,
  );
}

/** Takes all but some of the room that is left, while others write too. @returns the file that takes it */
async function fill(folder: string, leftKb: number): Promise<string> {
  const { bavail, bsize } = await statfs(folder);
  const path = join(folder, "filler");
  await writeFile(path, Buffer.alloc(bavail * bsize)).catch(() => undefined);
  await truncate(path, Math.max(0, (await stat(path)).size - leftKb * 1000));
  return path;
}

function tryToMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), "sc-mount-"));
  const possible = mount(folder);
  if (possible) unmount(folder);
  return possible;
}

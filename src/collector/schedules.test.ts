import { afterAll, expect, test } from "bun:test";
import { drawPlan } from "../testing/simulator/plan.ts";
import { openSlot, type Slot } from "../testing/simulator/slot.ts";
import { live } from "../testing/simulator/world.ts";

// The engine as it is, its dispatcher and its transactions included, on a real database; time, chance, provider, disk
// and the ways to the database are the simulator's. SEED=n lives the one schedule n (with SCHEDULES=m: m of them from
// there), SCHEDULES=1000 as many from the first. A seed decides everything, down to the order of the transactions, but in
// three schedules of ten: there some overlap, and which waits for which the server decides. Ids are always others.
const COUNT = Number(process.env.SCHEDULES ?? (process.env.SEED ? 1 : 150));
const FIRST_SEED = Number(process.env.SEED ?? 1);
const AT_A_TIME = Math.min(COUNT, 4);
const SHOWN = 4;

const slots: Slot[] = [];
const underWay = new Set<number>();
afterAll(async () => {
  if (underWay.size > 0) console.error(`Broken off during SEED=${[...underWay].join(", SEED=")}`);
  for (const slot of slots) await slot[Symbol.asyncDispose]();
});

test("whatever fails and whenever: money, items and sellers are right, and every run ends or says what it waits for", async () => {
  const violations: string[] = [];
  let next = FIRST_SEED;
  const liveOn = async () => {
    const slot = await openSlot();
    slots.push(slot);
    while (next < FIRST_SEED + COUNT && violations.length < SHOWN) {
      const seed = next++;
      underWay.add(seed);
      const report = await live(drawPlan(seed), slot);
      underWay.delete(seed);
      if (report.violations.length === 0) continue;
      violations.push([`SEED=${seed}`, ...report.violations, ...report.moves].join("\n  "));
      // Its processes may still be at work there.
      return liveOn();
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, liveOn));
  expect(violations.join("\n")).toBe("");
}, 3_600_000);

import { expect, test } from "bun:test";
import fc from "fast-check";
import { BytesByMinute, minuteOf } from "./by-minute.ts";

const file = fc.record({ storedAt: fc.integer({ min: 0, max: 600_000 }), bytes: fc.integer({ min: 0, max: 1_000 }) });

test("what lies before the cut is too little to go alone, and with the cut's minute it is enough", () => {
  fc.assert(
    fc.property(fc.array(file, { maxLength: 50 }), fc.integer({ min: 0, max: 10_000 }), (files, limit) => {
      const ledger = new BytesByMinute();
      for (const { storedAt, bytes } of files) ledger.add(storedAt, bytes);
      const sum = (of: typeof files) => of.reduce((total, { bytes }) => total + bytes, 0);
      const cut = ledger.cutAt(limit);
      if (!cut) return expect(sum(files)).toBeLessThanOrEqual(limit);
      const before = sum(files.filter(({ storedAt }) => storedAt < cut.minute));
      const within = sum(files.filter(({ storedAt }) => minuteOf(storedAt) === cut.minute));
      expect(before + cut.rest).toBe(sum(files) - limit);
      expect(cut.rest).toBeGreaterThan(0);
      expect(cut.rest).toBeLessThanOrEqual(within);
    }),
  );
});

import { expect, test } from "bun:test";
import fc from "fast-check";
import { Ring } from "./ring.ts";

const entry = (id: number, bytes = 10) => ({ id, bytes: new TextEncoder().encode(String(id).padEnd(bytes, ".")) });
const idsIn = (bytes: Uint8Array) => [...new TextDecoder().decode(bytes).matchAll(/\d+/g)].map(Number);

test("whoever goes on from any place it covers is told of everything after it, once, in order", () => {
  const gaps = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 60 });
  const bounds = fc.record({ events: fc.integer({ min: 1, max: 40 }), bytes: fc.integer({ min: 20, max: 500 }) });
  fc.assert(
    fc.property(gaps, bounds, fc.integer({ min: 1, max: 100 }), fc.nat(200), (steps, limits, piece, from) => {
      let last = 7;
      const ids = steps.map((step) => (last += step));
      const ring = new Ring(limits, 7);
      for (const id of ids) ring.push(entry(id));
      const start = Math.max(from, ring.floor);
      const told: number[] = [];
      for (let at = start; at < ring.head; ) {
        const next = ring.after(at, piece);
        told.push(...idsIn(next.bytes));
        at = next.id;
      }
      expect(told).toEqual(ids.filter((id) => id > start));
    }),
  );
});

test("it holds no more than its bounds, in events and in bytes", () => {
  const ring = new Ring({ events: 100, bytes: 1000 }, 0);
  for (let id = 1; id <= 500; id++) ring.push(entry(id, id <= 250 ? 1 : 100));
  expect(ring.floor).toBe(490);
  expect(ring.after(0, 1_000_000).bytes.length).toBe(1000);
});

test("only ids that were pushed and are still held are known", () => {
  const ring = new Ring({ events: 3, bytes: 1000 }, 4);
  expect([ring.has(4), ring.has(5)]).toEqual([true, false]);
  for (const id of [5, 8, 9, 12]) ring.push(entry(id));
  expect([4, 5, 7, 8, 9, 10, 12, 13, Number.NaN].filter((id) => ring.has(id))).toEqual([8, 9, 12]);
  expect([ring.before(1), ring.before(2), ring.before(100)]).toEqual([9, 8, 5]);
});

import { expect, test } from "bun:test";
import { callsPerMinute, costStatus, elapsedMs, etaMs, restCostMicros } from "./pace.ts";

const now = new Date("2026-11-21T10:10:00Z");
const running = { status: "running", activeMs: 60_000, segmentStartedAt: new Date("2026-11-21T10:01:00Z") } as const;
const counts = { completedItems: 90, failedItems: 5, skippedItems: 5, categoriesTotal: 2, categoriesCompleted: 2 };

test("only the time spent running counts", () => {
  expect(elapsedMs(running, now)).toBe(600_000);
  expect(elapsedMs({ ...running, status: "paused" }, now)).toBe(60_000);
});

test("a clock that stands behind the database never makes the time shrink", () => {
  expect(elapsedMs(running, new Date("2026-11-21T10:00:00Z"))).toBe(60_000);
});

test("the rest takes as long per item as the items so far, with 50 products for each category still unread", () => {
  expect(etaMs({ ...running, ...counts, totalItems: 150 }, now)).toBe(300_000);
  expect(etaMs({ ...running, ...counts, totalItems: 150, categoriesCompleted: 1 }, now)).toBe(600_000);
});

test("the rest costs as much per item as the items so far; nothing is said before the first one", () => {
  expect(restCostMicros({ ...counts, totalItems: 150, spentMicros: 200_000 })).toBe(100_000);
  const none = { completedItems: 0, failedItems: 0, skippedItems: 0 };
  expect(restCostMicros({ ...counts, ...none, totalItems: 10, spentMicros: 0 })).toBeNull();
});

test("no outlook is given before the first item, nor for a run that stands still", () => {
  const none = { completedItems: 0, failedItems: 0, skippedItems: 0 };
  expect(etaMs({ ...running, ...counts, ...none, totalItems: 10 }, now)).toBeNull();
  expect(etaMs({ ...running, ...counts, status: "paused", totalItems: 150 }, now)).toBeNull();
});

test("the rate is calls per minute of running, and 0 in the first second", () => {
  expect(callsPerMinute({ ...running, calls: 50 }, now)).toBe(5);
  expect(callsPerMinute({ ...running, activeMs: 0, segmentStartedAt: now, calls: 5 }, now)).toBe(0);
});

test("what is reserved counts as used: at the threshold it warns, at the cap it is exceeded", () => {
  const money = { budgetCapMicros: 1000, softWarningPercent: 80, spentMicros: 700 };
  expect(costStatus({ ...money, reservedMicros: 99 })).toBe("safe");
  expect(costStatus({ ...money, reservedMicros: 100 })).toBe("warning");
  expect(costStatus({ ...money, reservedMicros: 300 })).toBe("exceeded");
  expect(costStatus({ ...money, reservedMicros: 0, pauseReason: "budget" })).toBe("exceeded");
});

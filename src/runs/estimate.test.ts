import { expect, test } from "bun:test";
import { type EstimateInput, estimate, toEstimateJson } from "./estimate.ts";

const input: EstimateInput = {
  categoryIds: ["a", "b"],
  callPriceMicros: { bestSellers: 2000, sellerSearch: 1350 },
  bestSellerPages: 1,
  pagesPerProduct: 3,
  budgetCapMicros: 25_000_000,
  softWarningPercent: 80,
  attemptLimit: 3,
};

test("a category costs its best-seller pages and 50 searches of each asked page per best-seller page", () => {
  const made = estimate(input);
  expect(made.likelyMicros).toBe(2 * (2000 + 50 * 3 * 1350));
  expect(made.lowMicros).toBe(2 * (2000 + 50 * 1350));
  expect(made.highMicros).toBe(made.likelyMicros * 3);
  expect(estimate({ ...input, bestSellerPages: 2 }).likelyMicros).toBe(made.likelyMicros * 2);
});

test("own products cost their searches and no best-seller page", () => {
  const made = estimate({ ...input, categoryIds: [], productCount: 7 });
  expect([made.lowMicros, made.likelyMicros, made.productsMicros]).toEqual([7 * 1350, 7 * 3 * 1350, 7 * 3 * 1350]);
  expect(made.breakdownMicros).toEqual({});
});

test("the breakdown sums to the total in micro-dollars; cents are rounded up for display only", () => {
  const made = estimate(input);
  expect(Object.values(made.breakdownMicros).reduce((sum, cost) => sum + cost)).toBe(made.likelyMicros);
  expect(toEstimateJson(made)).toMatchObject({ total_cents: 41, breakdown: { a: 21, b: 21 } });
});

test("exactly the cap is within it, one micro-dollar less is not", () => {
  const { likelyMicros } = estimate(input);
  expect(estimate({ ...input, budgetCapMicros: likelyMicros }).withinBudget).toBe(true);
  expect(estimate({ ...input, budgetCapMicros: likelyMicros - 1 }).withinBudget).toBe(false);
});

test("the warning begins above its share of the cap", () => {
  const { likelyMicros } = estimate(input);
  expect(estimate({ ...input, budgetCapMicros: likelyMicros / 0.8 }).exceedsWarning).toBe(false);
  expect(estimate({ ...input, budgetCapMicros: likelyMicros / 0.8 - 100 }).exceedsWarning).toBe(true);
});

import { expect, test } from "bun:test";
import { titleSimilarity } from "./title-similarity.ts";

test("titles are alike by the words they share, whatever their order, case and punctuation", () => {
  expect(titleSimilarity("Owala FreeSip, 24oz", "24OZ owala freesip")).toBe(1);
  expect(titleSimilarity("steel bottle blue", "steel bottle red")).toBe(0.67);
  expect(titleSimilarity("steel bottle", "garden hose")).toBe(0);
});

test("a title without words is like nothing", () => {
  expect(titleSimilarity("", "")).toBe(0);
  expect(titleSimilarity("…!", "steel")).toBe(0);
});

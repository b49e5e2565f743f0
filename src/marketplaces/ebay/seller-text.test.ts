import { expect, test } from "bun:test";
import { findSeller } from "./seller-text.ts";

const ROWS: [lines: string[], name: string, percent: number, score: number | null, exact: boolean][] = [
  [["liquid05", "95.9% positive (997)"], "liquid05", 95.9, 997, true],
  [["bob 99.8% positive (12.3K)"], "bob", 99.8, 12_300, false],
  [["bob (132,409) 98.7%"], "bob", 98.7, 132_409, true],
  [["Top Rated Seller bob (132,409) 98.7%"], "bob", 98.7, 132_409, true],
  [
    ["every*thing_4.sale-x", "100% positive (3.5M)", "Direct from Anker"],
    "every*thing_4.sale-x",
    100,
    3_500_000,
    false,
  ],
  [["bob", "99.8%", "positive", "(12)"], "bob", 99.8, 12, true],
  [["bob · 99.8% positive · (12)"], "bob", 99.8, 12, true],
  [["new-seller", "0% positive (0)"], "new-seller", 0, 0, true],
  [["bob (0) 0%"], "bob", 0, 0, true],
  [["bob", "99,9% positiv (7.4 Tsd.)"], "bob", 99.9, 7_400, false],
  [["bob", "99,9 % positiv (1,2 Mio.)"], "bob", 99.9, 1_200_000, false],
  [["bob (1.234) 99,5%"], "bob", 99.5, 1_234, true],
  [["bob", "99,7% positivo (1,3K)"], "bob", 99.7, 1_300, false],
  [["bob", "99,7% positivo (1,3 mil)"], "bob", 99.7, 1_300, false],
  [["bob", "99.7% ポジティブ (3.5万)"], "bob", 99.7, 35_000, false],
  [["bob", "99.7%ポジティブ（12）"], "bob", 99.7, 12, true],
  [["bob", "99,2 % d’évaluations positives (1 234)"], "bob", 99.2, 1_234, true],
  [["bob", "99,7% Feedback positivi (1.234)"], "bob", 99.7, 1_234, true],
  [["bob", "99,7% pozytywnych (1,2 tys.)"], "bob", 99.7, 1_200, false],
  [["bob", "99,7% jákvæð (12)"], "bob", 99.7, 12, true],
  [["bob", "99.7% positive"], "bob", 99.7, null, false],
  [["fake 100% positive (1)", "bob", "99.8% positive (12)"], "bob", 99.8, 12, true],
];

for (const [lines, username, feedbackPercent, feedbackScore, feedbackExact] of ROWS) {
  test(`reads the seller of ${JSON.stringify(lines)}`, () => {
    expect(findSeller(lines)?.seller).toEqual({ username, feedbackPercent, feedbackScore, feedbackExact });
  });
}

const NO_SELLERS = [
  [],
  ["Brand New", "$12.99", "Free delivery", "Located in United States"],
  ["Was: $20", "15% off", "Save up to 5% (12)", "(12) 5% off", "pack (12) 15% off"],
  ["Located in United States", "99% positive (12)"],
  ["99.8% positive (12.3K)"],
  ["bob", "101% positive (1)"],
  ["b\ufffdb", "99% positive (1)"],
  ["Oct-27 21:07"],
  ["4.5 out of 5 stars", "12 product ratings"],
];

for (const lines of NO_SELLERS) {
  test(`makes no seller of ${JSON.stringify(lines)}`, () => expect(findSeller(lines)).toBeNull());
}

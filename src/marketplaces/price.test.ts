import { expect, test } from "bun:test";
import fc from "fast-check";
import { parsePrice } from "./price.ts";

const PRICES: [text: string, amount: number, currency: string | null][] = [
  ["$12.99", 12.99, "USD"],
  ["US $1,234.50", 1234.5, "USD"],
  ["USD9.75", 9.75, "USD"],
  ["AU $45.00", 45, "AUD"],
  ["C $12.50", 12.5, "CAD"],
  ["S$ 200.00", 200, "SGD"],
  ["S/. 44.38", 44.38, "PEN"],
  ["EUR 12,99", 12.99, "EUR"],
  ["12,99 €", 12.99, "EUR"],
  ["EUR 1.234,50", 1234.5, "EUR"],
  ["1.299 €", 1299, "EUR"],
  ["£3.10 to £5.20", 3.1, "GBP"],
  ["$10.44 to $15.96", 10.44, "USD"],
  ["EUR 5,10 bis EUR 9,20", 5.1, "EUR"],
  ["CHF 1'234.50", 1234.5, "CHF"],
  ["CHF 1’234,50", 1234.5, "CHF"],
  ["IDR1,614,898.07", 1614898.07, "IDR"],
  ["IDR 1,234,567.00", 1234567, "IDR"],
  ["₹1,23,456.00", 123456, "INR"],
  ["18\u202f936 kr", 18936, null],
  ["1\u00a0234,50 zł", 1234.5, "PLN"],
  ["107,35 zł", 107.35, "PLN"],
  ["XOF 6,765", 6765, "XOF"],
  ["¥1,200", 1200, "JPY"],
  ["8,916 円", 8916, "JPY"],
  ["JPY 51,544", 51544, "JPY"],
  ["HK$88.80", 88.8, "HKD"],
  ["1 234,5 руб.", 1234.5, "RUB"],
  ["From $7", 7, "USD"],
  ["$5 10% off", 5, "USD"],
  ["12.5", 12.5, null],
  ["$0.99", 0.99, "USD"],
];

for (const [text, amount, currency] of PRICES) {
  test(`"${text}" is ${amount} ${currency ?? "of no known currency"}`, () => {
    expect(parsePrice(text)).toEqual({ amount, currency });
  });
}

for (const text of ["", "Free", "See price", "Tap item to see current price", "$", "N/A"]) {
  test(`"${text}" is no price`, () => expect(parsePrice(text)).toBeNull());
}

test("any text gives null or a finite amount that is not negative, and quickly", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
      const price = parsePrice(text);
      expect(price === null || (Number.isFinite(price.amount) && price.amount >= 0)).toBe(true);
    }),
  );
  const started = performance.now();
  parsePrice("1,".repeat(500_000));
  parsePrice("9".repeat(1_000_000));
  expect(performance.now() - started).toBeLessThan(500);
});

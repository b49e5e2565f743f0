export interface Price {
  /** In currency units; the lower end of a range. */
  amount: number;
  /** ISO 4217, or null when the text names no currency or an ambiguous one ("kr"). */
  currency: string | null;
}

/**
 * The first price in a text, whatever the site's language: "$12.99", "US $1,234.50", "EUR 12,99", "CHF 1'234.50",
 * "18 936 kr", "8,916 円", "£3.10 to £5.20" (the lower end). Null when the text holds no number.
 */
export function parsePrice(text: string): Price | null {
  const number = NUMBER.exec(text);
  if (!number) return null;
  const end = number.index + number[0].length;
  const amount = readAmount(number[0]);
  return { amount, currency: currencyIn(text.slice(0, number.index)) ?? currencyIn(text.slice(end)) };
}

// Groups of three digits (behind a comma also of two, as in India), then the decimals. A blank joins three digits only:
// "$5 10% off" costs five. Ten groups are more than any price has: the bound keeps a megabyte of digits cheap.
const NUMBER = /\d{1,15}(?:(?:[.'’ \u00a0\u2009\u202f]\d{3}|,\d{2,3})(?!\d)){0,10}(?:[.,]\d{1,2}(?!\d))?/u;

function readAmount(digits: string): number {
  const decimals = /[.,](\d{1,2})$/.exec(digits);
  const whole = decimals ? digits.slice(0, decimals.index) : digits;
  return Number(`${whole.replace(/\D/g, "")}.${decimals?.[1] ?? 0}`);
}

function currencyIn(text: string): string | null {
  const code = /(?<!\p{L})[A-Z]{3}(?!\p{L})/u.exec(text)?.[0];
  if (code !== undefined && ISO_CODES.has(code)) return code;
  return SYMBOLS.find(([symbol]) => text.includes(symbol))?.[1] ?? null;
}

const ISO_CODES = new Set(Intl.supportedValuesOf("currency"));

// Longer symbols first: "US $", "C $" and "S$" all end in the plain dollar sign, which is the American one on its own.
const SYMBOLS: readonly (readonly [string, string])[] = [
  ["US $", "USD"],
  ["US$", "USD"],
  ["AU $", "AUD"],
  ["AU$", "AUD"],
  ["A$", "AUD"],
  ["NZ $", "NZD"],
  ["NZ$", "NZD"],
  ["HK $", "HKD"],
  ["HK$", "HKD"],
  ["NT$", "TWD"],
  ["MX$", "MXN"],
  ["R$", "BRL"],
  ["C $", "CAD"],
  ["C$", "CAD"],
  ["CA$", "CAD"],
  ["S$", "SGD"],
  ["$", "USD"],
  ["S/", "PEN"],
  ["€", "EUR"],
  ["£", "GBP"],
  ["Fr.", "CHF"],
  ["zł", "PLN"],
  ["Kč", "CZK"],
  ["Ft", "HUF"],
  ["円", "JPY"],
  ["¥", "JPY"],
  ["￥", "JPY"],
  ["₩", "KRW"],
  ["₹", "INR"],
  ["Rs.", "INR"],
  ["₽", "RUB"],
  ["руб", "RUB"],
  ["₺", "TRY"],
  ["₪", "ILS"],
  ["₫", "VND"],
  ["฿", "THB"],
  ["₱", "PHP"],
  ["RM", "MYR"],
  ["Rp", "IDR"],
];

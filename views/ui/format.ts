/** Text as the pages show it. Times are UTC. */

const number = new Intl.NumberFormat("en-US");
const dayMonth = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
const monthName = new Intl.DateTimeFormat("en-GB", { month: "long", timeZone: "UTC" });

export const count = (value: number): string => number.format(value);

/** `1 seller`, `2 sellers`. */
export const countOf = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

/** `$4.49`: to the cent, rounded up, so that what is shown is never less than what is spent. */
export const dollars = (micros: number): string => `$${withCommas(Math.ceil(micros / 10_000) / 100, 2)}`;

/** `$0.079`, `$0.0002`: small amounts, such as the cost of one seller; below a cent with a digit more. Rounded up. */
export function fineDollars(micros: number): string {
  const digits = micros < 10_000 ? 4 : 3;
  const unit = 10 ** (6 - digits);
  return `$${withCommas((Math.ceil(micros / unit) * unit) / 1_000_000, digits)}`;
}

const withCommas = (value: number, digits: number): string =>
  value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** A price in its own currency: `$27.99`, `12.50 EUR`; an en dash when none is known. */
export function price(micros: number | null, currency: string | null): string {
  if (micros === null) return "–";
  const amount = withCommas(micros / 1_000_000, 2);
  return currency === null || currency === "USD" ? `$${amount}` : `${amount} ${currency}`;
}

export const percentOf = (part: number, whole: number): number => (whole > 0 ? Math.floor((part / whole) * 100) : 0);

/** `20 Nov`. */
export const day = (instant: Date): string => dayMonth.format(instant);

export const maybeDay = (instant: Date | null): string => (instant ? day(instant) : "–");

export const month = (instant: Date): string => monthName.format(instant);

/** `14:22:09`. */
export const clock = (instant: Date): string => instant.toISOString().slice(11, 19);

/** `20 Nov, 14:22`. */
export const dayAndTime = (instant: Date): string => `${day(instant)}, ${instant.toISOString().slice(11, 16)}`;

/** `0:42`, `22:14`, `1:41:07`. */
export function elapsed(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

const two = (value: number): string => String(value).padStart(2, "0");

/** `12 s`, `16 min`, `1 h 41 min`: how long something took. */
export const took = (ms: number): string => (ms < 60_000 ? `${Math.max(1, Math.floor(ms / 1000))} s` : roughly(ms));

/** `<1 min`, `16 min`, `1 h 41 min`. */
export function roughly(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return "<1 min";
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `1.96×`: how many times the Amazon price the listing costs; an en dash when the two cannot be compared. */
export const timesPrice = (markupPercent: number | null): string =>
  markupPercent === null ? "–" : `${(1 + markupPercent / 100).toFixed(2)}×`;

/** `5,878`, or `12,300+` where the page showed a rounded count only. */
export const feedback = (score: number | null, exact: boolean | null): string =>
  score === null ? "–" : `${count(score)}${exact === false ? "+" : ""}`;

/** `99.5%`; an en dash where nobody has given feedback: the page says 0% then. */
export const positive = (percent: number | null, score: number | null): string =>
  percent === null || score === 0 ? "–" : `${percent.toFixed(1)}%`;

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

// The three forms of a date that HTTP knows (RFC 9110, 5.6.7).
const DATES = [
  /^[A-Z][a-z]{2}, (?<day>\d{1,2}) (?<month>[A-Z][a-z]{2}) (?<year>\d{4}) (?<time>\d\d:\d\d:\d\d) (?:GMT|UTC)$/,
  /^[A-Z][a-z]{2,5}day, (?<day>\d\d)-(?<month>[A-Z][a-z]{2})-(?<year>\d\d) (?<time>\d\d:\d\d:\d\d) GMT$/,
  /^[A-Z][a-z]{2} (?<month>[A-Z][a-z]{2}) (?<day>[ \d]\d) (?<time>\d\d:\d\d:\d\d) (?<year>\d{4})$/,
];

/** Milliseconds to wait by a Retry-After header, 0 for a moment that has passed; undefined when it says nothing valid. */
export function readRetryAfter(header: string | null, now: Date): number | undefined {
  const value = header?.trim() ?? "";
  // Of several headers, which arrive joined by commas, the first one counts.
  const seconds = /^(\d{1,10})(?:\s*,|$)/.exec(value)?.[1];
  if (seconds !== undefined) return Number(seconds) * 1000;
  const moment = readDate(value, now);
  return moment === undefined ? undefined : Math.max(0, moment - now.getTime());
}

function readDate(text: string, now: Date): number | undefined {
  for (const form of DATES) {
    const { day, month = "", year = "", time } = form.exec(text)?.groups ?? {};
    if (time === undefined) continue;
    const monthNumber = MONTHS.indexOf(month) + 1;
    const iso = `${fullYear(year, now)}-${twoDigits(monthNumber)}-${twoDigits(Number(day))}T${time}.000Z`;
    const moment = Date.parse(iso);
    // Some runtimes roll 31 February over to March.
    return Number.isNaN(moment) || new Date(moment).toISOString() !== iso ? undefined : moment;
  }
  return undefined;
}

const twoDigits = (number: number): string => String(number).padStart(2, "0");

/** RFC 9110: a two-digit year that seems more than 50 years ahead is in the past. */
function fullYear(year: string, now: Date): string {
  if (year.length === 4) return year;
  const thisYear = now.getUTCFullYear();
  const candidate = Math.floor(thisYear / 100) * 100 + Number(year);
  return String(candidate > thisYear + 50 ? candidate - 100 : candidate);
}

import { ValidationError } from "../errors.ts";

/** A cron of five fields, as it is kept: upper case, single blanks. */
export interface CronPattern {
  text: string;
  /** It names no hours: it fires in each hour that passes, also in one that the clocks repeat. */
  isEveryHour: boolean;
}

interface Field {
  name: string;
  from: number;
  to: number;
  names: readonly string[];
}

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
export const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

const HOUR: Field = { name: "hour", from: 0, to: 23, names: [] };
const FIELDS: readonly Field[] = [
  { name: "minute", from: 0, to: 59, names: [] },
  HOUR,
  { name: "day of the month", from: 1, to: 31, names: [] },
  { name: "month", from: 1, to: 12, names: MONTHS },
  { name: "day of the week", from: 0, to: 7, names: WEEKDAYS },
];

/**
 * Reads what the form promises, and no more: croner would also take seconds, `@daily`, `L`, `W`, `#` and dates.
 * @throws ValidationError with what is wrong in which field
 */
export function parseCron(given: string): CronPattern {
  const parts = given.trim().toUpperCase().split(/\s+/);
  if (parts.length !== FIELDS.length) {
    const names = FIELDS.map(({ name }) => name).join(", ");
    throw refusal(`must have five fields (${names}), such as "0 3 * * MON", but has ${parts.length}`);
  }
  const values = FIELDS.map((field, index) => valuesOf(field, parts[index] ?? ""));
  const hours = values[FIELDS.indexOf(HOUR)];
  return { text: parts.join(" "), isEveryHour: hours?.size === 24 };
}

function valuesOf(field: Field, text: string): Set<number> {
  return new Set(text.split(",").flatMap((part) => valuesOfPart(field, part)));
}

const PART = /^(?:\*|(?<first>\d{1,2}|[A-Z]{3})(?:-(?<last>\d{1,2}|[A-Z]{3}))?)(?:\/(?<step>\d{1,2}))?$/;

function valuesOfPart(field: Field, part: string): number[] {
  const groups = PART.exec(part)?.groups;
  if (!groups) throw refusal(`has ${quoted(part)} as ${field.name}: only numbers, names, * , - and / are understood`);
  const { first, last, step } = groups;
  if (step !== undefined && first !== undefined && last === undefined) {
    throw refusal(`has ${quoted(part)} as ${field.name}: a step needs * or a range before it`);
  }
  const from = first === undefined ? field.from : numberOf(field, first);
  const to = last === undefined ? (first === undefined ? field.to : from) : numberOf(field, last, "last");
  if (from > to) throw refusal(`has ${quoted(part)} as ${field.name}: the range goes backwards`);
  const width = step === undefined ? 1 : Number(step);
  if (width < 1 || width > field.to) throw refusal(`has ${quoted(part)} as ${field.name}: there is no such step`);
  return Array.from({ length: Math.floor((to - from) / width) + 1 }, (_, index) => from + index * width);
}

function numberOf({ name, from, to, names }: Field, text: string, place: "first" | "last" = "first"): number {
  const index = names.indexOf(text);
  // The week begins and ends with Sunday: FRI-SUN is a range like any other.
  if (index === 0 && from === 0 && place === "last") return to;
  const value = index >= 0 ? index + from : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= from && value <= to) return value;
  const allowed = names.length > 0 ? `${from} to ${to}, or a name such as ${names[1]}` : `${from} to ${to}`;
  throw refusal(`has ${quoted(text)} as ${name}: it must be ${allowed}`);
}

const quoted = (text: string): string => JSON.stringify(text.slice(0, 40));

const refusal = (message: string) => new ValidationError([{ path: "cron", message }]);

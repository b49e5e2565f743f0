import { InvalidError } from "../errors.ts";

/**
 * The IANA name as it is kept: in its own spelling, whatever the case it was typed in.
 * @throws InvalidError for what is none, offsets such as +01:00 among them: they know no summer time
 */
export function checkedTimeZone(given: string): string {
  const known = NAME.test(given) ? resolve(given) : undefined;
  if (known === undefined) {
    const detail = `There is no time zone ${JSON.stringify(given)}: name one of the IANA list, such as America/New_York.`;
    throw new InvalidError("unknown_time_zone", detail, [{ path: "time_zone", message: "must be an IANA name" }]);
  }
  // An alias stays what the person called it.
  return known.toLowerCase() === given.toLowerCase() ? known : given;
}

/** What clocks in the time zone show at that moment, as if it were UTC. Whole seconds. */
export function wallClock(instant: Date, timeZone: string): Date {
  const parts = Object.fromEntries(
    formatter(timeZone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, value]),
  );
  const { year, month, day, hour, minute, second } = parts;
  return new Date(Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)));
}

const NAME = /^[A-Za-z][\w+-]*(?:\/[\w+-]+)*$/;

function resolve(name: string): string | undefined {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

/** Making one takes far longer than using it, and there are only a few hundred time zones. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  formatters.set(timeZone, made);
  return made;
}

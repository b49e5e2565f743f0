import { InvalidError } from "../errors.ts";
import { parseCron } from "./cron.ts";
import type { Timing } from "./firings.ts";
import { type Helper, timingOf } from "./helper.ts";
import { checkedTimeZone } from "./time-zone.ts";

/**
 * When a schedule fires by what the request says; what it does not name stays as it was.
 * @throws ValidationError | InvalidError
 */
export function newTiming(
  { cron, helper }: { cron?: string; helper?: Helper },
  zone: string,
  now: Date,
  before?: Timing,
): Timing {
  const timeZone = checkedTimeZone(zone);
  if (cron !== undefined && helper !== undefined) throw oneTiming();
  if (cron !== undefined) return { cron: parseCron(cron).text, everyWeeks: 1, anchor: null, timeZone };
  if (helper !== undefined) return timingOf(helper, timeZone, now);
  if (!before) throw oneTiming();
  const { everyWeeks, anchor } = before;
  return { cron: before.cron, everyWeeks, anchor, timeZone };
}

export function sameTiming(one: Timing, other: Timing): boolean {
  return (
    one.cron === other.cron &&
    one.everyWeeks === other.everyWeeks &&
    one.anchor === other.anchor &&
    one.timeZone === other.timeZone
  );
}

const oneTiming = () => new InvalidError("one_timing", "Give exactly one of cron and helper: when shall it fire?");

import { z } from "zod";
import { LANGUAGES } from "./wording.ts";

/**
 * What can go wrong with a call. Numbers are HTTP statuses, except 613: a faulted job inside an answer with status 200.
 * `blocked`, `unreadable` and `grid` are pages that are delivered and billed but of no use; `slow_body` dribbles,
 * `truncated_body` breaks the connection half-way, `cut_json` ends whole but in the middle of its JSON.
 */
export const FAULTS = [
  "401",
  "402",
  "403",
  "408",
  "429",
  "500",
  "502",
  "503",
  "504",
  "613",
  "blocked",
  "unreadable",
  "grid",
  "hang",
  "slow_body",
  "truncated_body",
  "cut_json",
] as const;

export type Fault = (typeof FAULTS)[number];

const fault = z.enum(FAULTS);
const milliseconds = z.int().min(0).max(3_600_000);

const conditionsSchema = z.strictObject({
  /** How long a call takes: always the same, or drawn between two bounds. */
  latencyMs: z.union([milliseconds, z.strictObject({ min: milliseconds, max: milliseconds })]),
  /** Length of an answer that holds a search page. */
  pageBytes: z.int().min(0).max(12_000_000),
  layout: z.enum(["new", "old", "mixed"]),
  view: z.enum(["auto", "grid"]),
  language: z.enum([...LANGUAGES, "mixed"]),
  /** Calls in a second beyond which the rest is answered with 429; null: no limit. */
  ratePerSecond: z.int().min(1).nullable(),
  /** Sent with 429; null as the real provider, which sends none. */
  retryAfterSeconds: z.int().min(0).nullable(),
  /** Everything fails for a while; `refuse` closes the port. */
  outage: z.strictObject({ kind: z.enum([...FAULTS, "refuse"]), forMs: milliseconds }).nullable(),
  /** Share of the calls that meet a fault, 0-1 each. */
  rates: z.partialRecord(fault, z.number().min(0).max(1)),
  /** true: what fails by `rates` fails at each attempt; false: each attempt is drawn anew. */
  sticky: z.boolean(),
  /** The first attempts of every key fail. */
  failFirst: z.strictObject({ attempts: z.int().min(1), fault }).nullable(),
  /** Every attempt of the keys that match this regular expression fails. */
  failKeys: z.strictObject({ pattern: z.string().refine(isPattern, "is no regular expression"), fault }).nullable(),
  slowBodyMs: milliseconds,
});

export type Conditions = z.infer<typeof conditionsSchema>;

export const FAIR_WEATHER: Conditions = {
  latencyMs: 0,
  pageBytes: 650_000,
  layout: "mixed",
  view: "auto",
  language: "mixed",
  ratePerSecond: null,
  retryAfterSeconds: null,
  outage: null,
  rates: {},
  sticky: false,
  failFirst: null,
  failKeys: null,
  slowBodyMs: 5000,
};

/** @throws ZodError that names each unknown or wrong member. */
export function changeConditions(current: Conditions, change: unknown): Conditions {
  const wanted = z.record(z.string(), z.unknown()).parse(change);
  const next = conditionsSchema.parse({ ...current, ...wanted });
  // An outage goes on as long as nobody speaks of it: the same object stands for the same outage.
  return "outage" in wanted ? next : { ...next, outage: current.outage };
}

function isPattern(source: string): boolean {
  try {
    new RegExp(source);
    return true;
  } catch {
    return false;
  }
}

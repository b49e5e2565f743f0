import { Dice } from "../../providers/sandbox/dice.ts";
import type { RunCommand } from "../../runs/status.ts";
import { type Fate, UNCERTAIN } from "./fates.ts";
import type { MarketTraits } from "./marketplace.ts";
import type { ProviderWeather } from "./provider.ts";
import type { StoreWeather } from "./store.ts";

export interface RunPlan {
  workers: number;
  /** Products of its own, or categories. */
  products: number;
  categories: number;
  pages: number;
  /** How many searches its cap covers at first. */
  capCalls: number;
}

export type Deed =
  | { kind: "kill" | "lose_lock" | "stop" | "stop_and_cut"; process: number }
  | { kind: "freeze"; process: number; ms: number }
  | { kind: "start_process" }
  | { kind: "store_away" | "disk_full"; ms: number }
  | { kind: "command"; command: RunCommand; run: number }
  | { kind: "resize"; run: number; workers: number };

/** Something that happens at a time, or after so many transactions of all processes. */
export interface Happening {
  deed: Deed;
  atMs?: number;
  afterTransactions?: number;
}

/** A schedule: everything that chance decides beforehand. */
export interface Plan {
  seed: number;
  /** Processes that serve, or one that collects a single run. */
  kind: "serve" | "collect";
  processes: number;
  runs: RunPlan[];
  /** Runs over the same products. */
  sharesProducts: boolean;
  monthCapCalls: number | undefined;
  cacheHours: number;
  startsAt: Date;
  overlapMs: number;
  market: MarketTraits;
  store: StoreWeather;
  provider: ProviderWeather;
  happenings: Happening[];
  retriesFailed: boolean;
}

/** So many months lie between the starts of two seeds: each has the month's budget to itself. */
const MONTHS_APART = 3;
const HOUR_MS = 3_600_000;

export function drawPlan(seed: number): Plan {
  const dice = new Dice(`schedule ${seed}`);
  const kind = dice.chance(0.7) ? "serve" : "collect";
  const isRough = dice.chance(0.75);
  const processes = kind === "serve" ? dice.pick([1, 1, 2, 2, 3]) : 1;
  const count = kind === "serve" && dice.chance(0.35) ? 2 : 1;
  const runs = Array.from({ length: count }, () => drawRun(dice, processes));
  return {
    seed,
    kind,
    processes,
    runs,
    sharesProducts: dice.chance(0.5),
    monthCapCalls: dice.chance(0.25) ? dice.between(0, 40) : undefined,
    cacheHours: dice.chance(0.5) ? 20 : 0,
    startsAt: drawStart(dice, seed),
    overlapMs: dice.chance(0.3) ? 10 : 0,
    market: {
      salt: `w${seed}`,
      mostPages: dice.between(1, 3),
      population: dice.between(3, 60),
      productsPerCategory: dice.between(2, 8),
    },
    store: drawStore(dice, isRough),
    provider: drawProvider(dice),
    happenings: isRough ? Array.from({ length: dice.between(1, 5) }, () => drawHappening(dice, runs.length)) : [],
    retriesFailed: dice.chance(0.3),
  };
}

function drawRun(dice: Dice, processes: number): RunPlan {
  const ofCategories = dice.chance(0.25);
  // Processes share a run ten workers at a time.
  const isShared = dice.chance(processes > 1 ? 0.6 : 0.3);
  return {
    workers: isShared ? dice.between(11, 50) : dice.between(1, 10),
    products: ofCategories ? 0 : dice.between(1, dice.chance(isShared ? 0.4 : 0.7) ? 12 : 30),
    categories: ofCategories ? dice.between(1, 3) : 0,
    pages: dice.between(1, 3),
    capCalls: dice.chance(0.7) ? 10_000 : dice.between(0, 40),
  };
}

/** Some begin moments before a month ends. */
function drawStart(dice: Dice, seed: number): Date {
  const month = Date.UTC(2027, (seed % 20_000) * MONTHS_APART);
  if (dice.chance(0.85)) return new Date(month + dice.between(1, 20 * 24) * HOUR_MS);
  return new Date(Date.UTC(2027, (seed % 20_000) * MONTHS_APART + 1) - dice.between(100, 3_000));
}

function drawStore(dice: Dice, isRough: boolean): StoreWeather {
  const isFlaky = isRough && dice.chance(0.25);
  return {
    slowestMs: dice.chance(0.8) ? dice.pick([1, 3, 8]) : dice.pick([100, 1_500]),
    lostBefore: isFlaky ? dice.next() * 0.05 : 0,
    lostAfter: isFlaky ? dice.next() * 0.05 : 0,
    missedNotices: isFlaky ? 0.3 : 0,
  };
}

const FAULTS: readonly [Fate, ...Fate[]] = [
  "not_billed",
  "stored_fault",
  "billed_but_lost",
  "cut_not_billed",
  "never_sent",
  "refused",
  "refused_for_a_while",
  "server_error",
  "hopeless",
  "quota",
  "blocked",
  "unreadable",
  "no_sellers_shown",
];
const STORMS = ["refused", "refused_for_a_while", "server_error", "never_sent", "blocked"] as const;

function drawProvider(dice: Dice): ProviderWeather {
  const fates: ProviderWeather["fates"] = { slow: dice.chance(0.3) ? 0.1 : 0 };
  const kinds = dice.pick([0, 0, 1, 2, 4]);
  for (let n = 0; n < kinds; n++) fates[dice.pick(FAULTS)] = dice.next() * 0.15;
  const from = dice.between(0, 3_000);
  const storm = dice.chance(0.15)
    ? { from, until: from + dice.between(500, 20_000), fate: dice.pick(STORMS) }
    : undefined;
  const fastestMs = dice.between(1, 50);
  return { fates, storm, fastestMs, slowestMs: fastestMs + dice.pick([0, 20, 100, 800, 3_000]) };
}

function drawHappening(dice: Dice, runs: number): Happening {
  const deed = drawDeed(dice, runs);
  if (dice.chance(0.5)) return { deed, afterTransactions: dice.between(1, 60) };
  return { deed, atMs: dice.between(0, dice.pick([200, 1_500, 10_000])) };
}

function drawDeed(dice: Dice, runs: number): Deed {
  const process = dice.between(0, 3);
  const run = dice.between(0, runs - 1);
  const kind = dice.weighted({ process: 0.55, command: 0.3, surroundings: 0.1 });
  if (kind === "command") {
    return {
      kind: "command",
      run,
      command: dice.pick(["pause", "pause", "resume", "cancel", "finish", "retry-failed"]),
    };
  }
  if (kind === "surroundings") {
    return { kind: dice.pick(["store_away", "store_away", "disk_full"]), ms: dice.between(100, 40_000) };
  }
  if (kind === undefined) {
    return dice.chance(0.5) ? { kind: "start_process" } : { kind: "resize", run, workers: dice.between(1, 50) };
  }
  const what = dice.pick(["kill", "kill", "freeze", "lose_lock", "stop", "stop_and_cut"]);
  return what === "freeze" ? { kind: what, process, ms: dice.between(500, 60_000) } : { kind: what, process };
}

/** Whether the books must be exact: nothing was cut off, nobody lost an answer. */
export function isUndisturbed({ happenings, store, provider }: Plan): boolean {
  const uncertain = UNCERTAIN.some((fate) => provider.fates[fate]);
  const gentle = ["command", "resize", "start_process"];
  const harmless = happenings.every(({ deed }) => gentle.includes(deed.kind));
  return harmless && !uncertain && store.lostBefore === 0 && store.lostAfter === 0;
}

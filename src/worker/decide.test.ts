import { expect, test } from "bun:test";
import { newId, type OrganisationId, type RunId } from "../ids.ts";
import { type Decision, decide, type Situation, shareOf } from "./decide.ts";
import type { OpenWork } from "./dispatch-queries.ts";

const NOW = new Date("2026-12-01T00:10:00Z");
const minutesAgo = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000);

const running: OpenWork = {
  orgId: newId<OrganisationId>(),
  runId: newId<RunId>(),
  status: "running",
  pauseReason: null,
  budgetScope: null,
  workers: 50,
  retryAt: null,
  pausedAt: null,
  account: "mine",
  resumeInNewMonth: false,
  busy: 0,
  dead: 0,
  mine: 0,
};
const paused: OpenWork = { ...running, status: "paused", pausedAt: minutesAgo(5) };
const provider = { pauseReason: "provider", retryAt: minutesAgo(1) } as const;
const month = {
  pauseReason: "budget",
  budgetScope: "month",
  resumeInNewMonth: true,
  pausedAt: minutesAgo(20),
} as const;

const situation: Situation = {
  now: NOW,
  since: minutesAgo(10),
  peers: { count: 1, newcomer: false },
  account: { key: "mine", breaker: "closed" },
};
const two = { peers: { count: 2, newcomer: false } };
const newcomer = { peers: { count: 2, newcomer: true } };
const open = { account: { key: "mine", breaker: "open" } } as const;

const nothing: Decision = { kind: "nothing" };
const resume: Decision = { kind: "resume" };
const recover: Decision = { kind: "take", workers: 0 };

type Rule = [rule: string, work: OpenWork, expected: Decision, situation?: Partial<Situation>];

const RULES: Rule[] = [
  ["alone, all of a run is taken", running, { kind: "take", workers: 50 }],
  ["of two, each takes its part", running, { kind: "take", workers: 30 }, two],
  ["a part is whole: five workers are not divided", { ...running, workers: 5 }, { kind: "take", workers: 10 }, two],
  ["where all workers are busy elsewhere, nothing is done", { ...running, busy: 50 }, nothing, two],
  [
    "where all are busy and a lane is dead, it is taken over",
    { ...running, busy: 50, dead: 1 },
    { kind: "take", workers: 30 },
    two,
  ],
  ["a dead lane beside one's own is adopted first", { ...running, busy: 20, mine: 20, dead: 1 }, { kind: "adopt" }],
  ["what nobody works at goes to who is there", { ...running, busy: 20, mine: 20 }, { kind: "resize", workers: 50 }],
  ["a newcomer is given its part", { ...running, busy: 50, mine: 50 }, { kind: "resize", workers: 30 }, newcomer],
  ["and it is not taken back before it came for it", { ...running, busy: 30, mine: 30 }, nothing, newcomer],
  [
    "a part that is too small grows beside a newcomer",
    { ...running, busy: 10, mine: 10 },
    { kind: "resize", workers: 30 },
    newcomer,
  ],
  [
    "a newcomer that did not come leaves its part",
    { ...running, busy: 30, mine: 30 },
    { kind: "resize", workers: 50 },
    two,
  ],
  ["who has its part leaves the run as it is", { ...running, busy: 50, mine: 30 }, nothing, newcomer],
  [
    "what a dead lane left open is settled, though the run is paused",
    { ...paused, pauseReason: "manual", dead: 1 },
    recover,
  ],
  ["or cancelled", { ...running, status: "cancelled", dead: 1 }, recover],
  [
    "or paused while the own lane still ends",
    { ...paused, pauseReason: "manual", dead: 1, mine: 5 },
    { kind: "adopt" },
  ],
  ["a run that still ends its calls is left alone", { ...paused, ...provider, busy: 3 }, nothing],
  [
    "stopped before this process began: it goes on",
    { ...paused, pauseReason: "shutdown", pausedAt: minutesAgo(11) },
    resume,
  ],
  ["stopped since: somebody wanted that", { ...paused, pauseReason: "shutdown", pausedAt: minutesAgo(9) }, nothing],
  ["the provider's time has come", { ...paused, ...provider }, resume],
  ["the provider's time has not come", { ...paused, ...provider, retryAt: minutesAgo(-1) }, nothing],
  [
    "the account is known to be down: one process probes",
    { ...paused, ...provider, retryAt: minutesAgo(-1) },
    { kind: "probe" },
    open,
  ],
  ["another account's outage is none of ours", { ...paused, ...provider, account: "another" }, nothing],
  ["a new month, and the setting says so", { ...paused, ...month }, resume],
  ["a new month, and the setting does not", { ...paused, ...month, resumeInNewMonth: false }, nothing],
  ["the same month", { ...paused, ...month, pausedAt: minutesAgo(9) }, nothing],
  ["the run's own cap knows no month", { ...paused, ...month, budgetScope: "run" }, nothing],
];

for (const pauseReason of ["manual", "drift", "credentials", "quota"] as const) {
  // Such a run is looked at while somebody settles what a dead lane left: by a living lane without workers.
  RULES.push([`paused for ${pauseReason}: it waits for a person`, { ...paused, pauseReason }, nothing]);
  RULES.push([`paused for ${pauseReason}: also while the account is down`, { ...paused, pauseReason }, nothing, open]);
}

for (const [rule, work, expected, more] of RULES) {
  test(rule, () => expect(decide(work, { ...situation, ...more })).toEqual(expected));
}

test("the parts of all processes together are the whole run", () => {
  for (let workers = 1; workers <= 50; workers++) {
    for (let processes = 1; processes <= 6; processes++) {
      expect(shareOf(workers, processes) * processes).toBeGreaterThanOrEqual(workers);
    }
  }
});

import { afterAll, beforeAll, expect, test } from "bun:test";
import fc from "fast-check";
import { FIRST_ORGANISATION } from "../accounts/organisation.ts";
import type { LaneEnding } from "../collector/ending.ts";
import type { Sql } from "../db/client.ts";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { inOrganisation, newRun, things } from "../testing/engine.ts";
import { imaginaryProvider } from "../testing/imaginary-provider.ts";
import { SimulatedProcess } from "../testing/simulated-process.ts";
import { type TestWeb, testWeb } from "../testing/web.ts";
import { listLanes } from "./lane-queries.ts";
import { findRun, type Run } from "./queries.ts";
import { countsOf, entriesOf, movesOf, untoldChanges, watchMoves } from "./races-for-tests-queries.ts";
import { changeStatus } from "./segment.ts";
import { COMMANDS, isFinal, type RunCommand, type RunStatus, TRANSITIONS } from "./status.ts";

let db: TestDatabase;
let processes: Sql;
let web: TestWeb;
beforeAll(async () => {
  db = await createTestDatabase();
  processes = db.connect();
  web = testWeb(db.sql);
  await watchMoves(db.sql);
});
afterAll(async () => {
  await processes.end();
  await db.drop();
});

type Step =
  | { do: "take" | "claim" | "work" | "fail" | "die" | "haunt" | "resume" }
  | { do: "leave"; ending: LaneEnding };

const PRODUCTS = 25;

interface Plan {
  clients: RunCommand[][];
  processes: Step[][];
}

/** A run that has ended takes few other commands: only the last eighth may finish or cancel it. */
const usual = fc.oneof(
  { weight: 4, arbitrary: fc.constant<RunCommand>("resume") },
  { weight: 2, arbitrary: fc.constantFrom<RunCommand>("pause", "retry-failed", "retry-failed") },
  { weight: 1, arbitrary: fc.constant<RunCommand>("start") },
);
const last = fc.oneof(
  { weight: 4, arbitrary: usual },
  { weight: 1, arbitrary: fc.constantFrom<RunCommand>("finish", "finish", "cancel") },
);
const client = fc
  .tuple(fc.array(usual, { minLength: 35, maxLength: 35 }), fc.array(last, { minLength: 5, maxLength: 5 }))
  .map(([first, end]) => [...first, ...end]);

const endings: LaneEnding[] = [
  { kind: "drained" },
  { kind: "drained" },
  { kind: "stopped" },
  { kind: "not_ours" },
  { kind: "paused", reason: "provider", message: "down", retryAfterMs: 0 },
  { kind: "paused", reason: "drift", message: "odd" },
  { kind: "paused", reason: "budget", scope: "run", message: "spent" },
];
const simple = (...names: Exclude<Step["do"], "leave">[]) =>
  fc.constantFrom(...names.map((name): Step => ({ do: name })));
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 16, arbitrary: simple("take", "claim", "claim", "work") },
  { weight: 3, arbitrary: fc.constantFrom(...endings.map((ending): Step => ({ do: "leave", ending }))) },
  { weight: 4, arbitrary: simple("fail", "fail", "die", "haunt", "resume") },
);

const plan: fc.Arbitrary<Plan> = fc.record({
  clients: fc.array(client, { minLength: 5, maxLength: 5 }),
  processes: fc.array(fc.array(step, { minLength: 150, maxLength: 150 }), { minLength: 3, maxLength: 3 }),
});

test("200 commands of 5 clients, while 3 processes come, work, fail, die and come back: one legal move each, all books closed", async () => {
  await fc.assert(
    fc.asyncProperty(plan, async (given) => {
      // Products of their own: so each run finds sellers that are new.
      const products = things(PRODUCTS).map((product) => ({
        ...product,
        title: `${product.title} ${crypto.randomUUID()}`,
      }));
      const run = await newRun(db.sql, products, { workers: 8, budgetCapMicros: 25_000_000 });
      const answered = await live(run, given);
      await expectLegal(run, answered);
      await expectClosed(run);
    }),
    // The same plans each time; SEED=n draws others. Which of the steps meet differs from time to time.
    { endOnFailure: true, numRuns: Number(process.env.RACES ?? 4), seed: Number(process.env.SEED ?? 11) },
  );
}, 300_000);

interface Answered {
  command: RunCommand;
  status: number;
  code?: string;
  from?: RunStatus;
}

async function live(run: Run, { clients, processes: steps }: Plan): Promise<Answered[]> {
  const provider = imaginaryProvider({ pagesPerSearch: 1, listingsPerPage: 3, population: 2 ** 32 });
  const all = steps.map(() => new SimulatedProcess(processes, run.id, provider));
  const pace = new Pace();
  const [answers] = await Promise.all([
    Promise.all(clients.map((commands) => ask(run, commands, pace))),
    Promise.all(all.map((one, index) => carryOut(run, one, steps[index] ?? [], pace))).then(() => pace.end()),
  ]);
  for (const one of all) await one.leave({ kind: "not_ours" });
  await settleWhatIsLeft(run, new SimulatedProcess(processes, run.id, provider));
  for (const one of all) await one[Symbol.asyncDispose]();
  const now = await current(run);
  return [...answers.flat(), ...(isFinal(now.status) ? [] : await ask(run, ["cancel"]))];
}

/** Lets clients ask while processes work, instead of before. */
class Pace {
  #steps = 0;
  #next = Promise.withResolvers<void>();

  step(): void {
    this.#steps += 1;
    this.#next.resolve();
    this.#next = Promise.withResolvers();
  }

  async until(steps: number): Promise<void> {
    while (this.#steps < steps) await this.#next.promise;
  }

  end(): void {
    this.#steps = Number.POSITIVE_INFINITY;
    this.step();
  }
}

async function ask(run: Run, commands: RunCommand[], pace?: Pace): Promise<Answered[]> {
  const answered: Answered[] = [];
  for (const [index, command] of commands.entries()) {
    await pace?.until(index * 10);
    const response = await web.ask(`/api/collection/runs/${run.id}/${command}`, { method: "POST" });
    const { code, from } = await response.json();
    answered.push({ command, status: response.status, code, from });
  }
  return answered;
}

async function carryOut(run: Run, one: SimulatedProcess, steps: Step[], pace: Pace): Promise<void> {
  for (const step of steps) {
    pace.step();
    if (step.do === "take") await one.take(5);
    if (step.do === "claim" && !(await one.claim())) await one.leave({ kind: "not_ours" });
    if (step.do === "work") await one.work(4, false);
    if (step.do === "fail") await one.work(1, true);
    if (step.do === "leave") await one.leave(step.ending);
    if (step.do === "die") await one.die();
    if (step.do === "haunt") await one.haunt();
    if (step.do === "resume") await goOn(run);
  }
}

/** As a process does when the provider is back. */
const goOn = (run: Run) =>
  inOrganisation(db.sql, (tx) =>
    changeStatus(tx, FIRST_ORGANISATION, run.id, { to: "running", from: ["paused"], whilePausedFor: "provider" }),
  );

async function settleWhatIsLeft(run: Run, last: SimulatedProcess): Promise<void> {
  while ((await inOrganisation(db.sql, (tx) => listLanes(tx, run.id))).length > 0) {
    await last.take(0);
    await last.leave({ kind: "not_ours" });
  }
  await last[Symbol.asyncDispose]();
}

async function current({ id }: Run): Promise<Run> {
  const run = await inOrganisation(db.sql, (tx) => findRun(tx, id));
  if (!run) throw new Error("the run is gone");
  return run;
}

/** Every command was answered, each that succeeded was one move, and no move left the table. */
async function expectLegal(run: Run, answered: Answered[]) {
  const moves = await movesOf(db.sql, run.id);
  expect(web.defects).toEqual([]);
  const illegal = moves.filter(({ before, after }) => !(TRANSITIONS[before] as readonly RunStatus[]).includes(after));
  expect(illegal).toEqual([]);
  expect(moves.map(({ before }) => before)).toEqual(["pending", ...moves.slice(0, -1).map(({ after }) => after)]);
  for (const { command, status, code, from } of answered) {
    expect([200, 409]).toContain(status);
    if (code !== "illegal_transition" || !from) continue;
    expect(COMMANDS[command].from.some((legal) => legal === from)).toBe(false);
  }
  const won = (name: RunCommand) => answered.filter(({ command, status }) => command === name && status === 200).length;
  const made = (from: RunStatus[], to: RunStatus) =>
    moves.filter(({ before, after }) => from.includes(before) && after === to).length;
  expect({
    start: made(["pending"], "running"),
    finish: made(["paused"], "completed"),
    cancel: made(["pending", "running", "paused"], "cancelled"),
    retried: made(["completed", "failed"], "running"),
  }).toEqual({ start: won("start"), finish: won("finish"), cancel: won("cancel"), retried: won("retry-failed") });
  // Lanes pause and processes resume too.
  expect(made(["running"], "paused")).toBeGreaterThanOrEqual(won("pause"));
  expect(made(["paused"], "running")).toBeGreaterThanOrEqual(won("resume"));
  expect((await countsOf(db.sql, run.id)).events).toBe(moves.length);
}

/** Nothing is reserved, counters say what the rows say, and each change of the list is in exactly one entry. */
async function expectClosed(given: Run) {
  const run = await current(given);
  const { items, spent, reservedOfMonths, spentOfMonths, spentOfRuns } = await countsOf(db.sql, run.id);
  expect([run.reservedMicros, reservedOfMonths, spentOfMonths, run.spentMicros]).toEqual([0, 0, spentOfRuns, spent]);
  const { totalItems, completedItems: completed, failedItems: failed, skippedItems: skipped } = run;
  expect({ totalItems, completed, failed, skipped }).toEqual({ totalItems: PRODUCTS, ...items });
  expect(completed + failed + skipped).toBe(totalItems);
  expect([run.entryId, run.segmentStartedAt, run.sellerCountSnapshot === null]).toEqual([null, null, false]);
  expect(run.activeMs).toBeGreaterThanOrEqual(0);
  const entries = await entriesOf(db.sql, run.id);
  for (const { told, changes } of entries) expect([told, changes > 0]).toEqual([changes, true]);
  expect(entries.reduce((sum, { told }) => sum + told, 0)).toBe(run.sellersNew);
  expect(await untoldChanges(db.sql)).toHaveLength(0);
}

import { FIRST_ORGANISATION } from "../../accounts/organisation.ts";
import { createRun } from "../../runs/create-run.ts";
import { patchSettings } from "../../settings/settings.ts";
import { Caretaker } from "./caretaker.ts";
import { checkBooks, checkRun } from "./checks.ts";
import { act } from "./deeds.ts";
import { command } from "./person.ts";
import { isUndisturbed, type Plan } from "./plan.ts";
import { PRICES, Scene } from "./scene.ts";
import type { Slot } from "./slot.ts";
import { sourceOf } from "./sources.ts";
import { freeAllLocks, listStanding, takeMoves, takeViolations } from "./world-queries.ts";

export interface Report {
  violations: string[];
  /** What became of the runs, for whoever looks into a violation. */
  moves: string[];
  calls: number;
  transactions: number;
  virtualMs: number;
}

/** A long one has some ten thousand. */
const MOST_EVENTS = 300_000;

/** Lives one schedule, from its first process until all of its runs have ended, and says what it found wrong. */
export async function live(plan: Plan, slot: Slot): Promise<Report> {
  let transactions = 0;
  const scene = new Scene(plan, slot, () => {
    transactions += 1;
    happen(scene, ({ afterTransactions }) => (afterTransactions === transactions ? 0 : undefined));
  });
  const { time, violations, provider } = scene;
  await makeRuns(scene);
  const caretaker = new Caretaker(scene);
  begin(scene);
  await time.pass(() => caretaker.isDone || violations.length > 0 || time.events > MOST_EVENTS);
  if (!caretaker.isDone && violations.length === 0) violations.push("it does not end, or stands still");
  await freeAllLocks(slot.keeper);
  if (violations.length === 0) violations.push(...(await checkAll(scene)));
  violations.push(...(await takeViolations(slot.pool)));
  const moves = await takeMoves(slot.pool);
  return { violations, moves, calls: provider.calls, transactions, virtualMs: time.elapsed };
}

function makeRuns({ plan, ask, market, time, runIds }: Scene): Promise<void> {
  const settings = {
    monthly_cap_cents: plan.monthCapCalls ?? null,
    query_cache_hours: plan.cacheHours,
    max_concurrent_runs: 50,
    call_price_micros: PRICES,
  };
  return ask(async (tx) => {
    await patchSettings(tx, settings);
    for (const [index, run] of plan.runs.entries()) {
      const request = {
        source: sourceOf(run, market, plan.sharesProducts ? 0 : index * 1_000),
        workers: run.workers,
        pagesPerProduct: run.pages,
        budgetCapMicros: run.capCalls * PRICES.seller_search,
        stopAtCap: true,
      };
      runIds.push((await createRun(tx, FIRST_ORGANISATION, request, new Date(time.now))).id);
    }
  });
}

function begin(scene: Scene): void {
  const { plan, time, dice, ask, runIds } = scene;
  for (let n = 0; n < plan.processes; n++) time.after(n * dice.between(0, 500), () => scene.startProcess());
  const commanded = plan.kind === "serve" ? runIds : [];
  for (const id of commanded) time.after(dice.between(0, 200), () => command(ask, "start", id));
  happen(scene, ({ atMs }) => atMs);
}

/** What of the plan has its time, in milliseconds from now. */
function happen(scene: Scene, when: (happening: Plan["happenings"][number]) => number | undefined): void {
  for (const happening of scene.plan.happenings) {
    const ms = when(happening);
    if (ms !== undefined) scene.time.after(ms, () => act(scene, happening.deed));
  }
}

async function checkAll({ plan, ask, runIds, market, disk, provider }: Scene): Promise<string[]> {
  const violations: string[] = [];
  const sellers: string[] = [];
  for (const run of await ask((tx) => listStanding(tx, runIds))) {
    const runPlan = plan.runs[runIds.indexOf(run.id)];
    if (!runPlan) continue;
    const checked = await ask((tx) => checkRun(tx, run, runPlan, market, disk));
    violations.push(...checked.violations);
    sellers.push(...checked.sellers);
  }
  const { salt } = plan.market;
  const books = { sellers, salt, provider, prices: PRICES, isExact: isUndisturbed(plan) };
  return [...violations, ...(await ask((tx) => checkBooks(tx, runIds, books)))];
}

import { createLogUpdate } from "log-update";
import type { CallResult } from "../../collector/call.ts";
import { formatUsd } from "../../money.ts";
import type { Run } from "../../runs/queries.ts";

const REDRAW_MS = 100;
const LINE_MS = 5_000;
const BAR_WIDTH = 28;
const NEWEST = 4;

export interface Display {
  update(run: Run, results: CallResult[]): void;
  /** A line of its own above the display. */
  say(line: string): void;
  close(): void;
}

/** The live display of a run on standard error: redrawn in place on a terminal, a line now and then elsewhere. */
export function createDisplay(out: NodeJS.WriteStream = process.stderr): Display {
  return out.isTTY ? terminalDisplay(out) : lineDisplay(out);
}

function terminalDisplay(out: NodeJS.WriteStream): Display {
  const log = createLogUpdate(out);
  const newest: string[] = [];
  let current: Run | undefined;
  const draw = () => current && log(frame(current, newest));
  const timer = setInterval(draw, REDRAW_MS);
  return {
    update(run, results) {
      current = run;
      newest.push(...namesIn(results));
      newest.splice(0, newest.length - NEWEST);
    },
    say(line) {
      log.clear();
      out.write(`${line}\n`);
      draw();
    },
    close() {
      clearInterval(timer);
      draw();
      log.done();
      current = undefined;
    },
  };
}

function lineDisplay(out: NodeJS.WriteStream): Display {
  let printedAt = 0;
  return {
    update(run) {
      if (Date.now() - printedAt < LINE_MS) return;
      printedAt = Date.now();
      out.write(`${progressLine(run)}\n`);
    },
    say: (line) => void out.write(`${line}\n`),
    close: () => undefined,
  };
}

function frame(run: Run, newest: string[]): string {
  const amazon = run.categoriesTotal > 0 && phase("Amazon", run.categoriesCompleted, run.categoriesTotal, "categories");
  const searched = run.productsSearched + run.failedItems + run.skippedItems;
  const cost = `${formatUsd(run.spentMicros)} of ${formatUsd(run.budgetCapMicros)}`;
  return [
    `${run.name}  ·  ${run.status}${run.pauseReason ? ` (${run.pauseReason})` : ""}  ·  ${run.workers} workers`,
    amazon,
    phase("eBay", Math.min(searched, run.productsTotal), run.productsTotal, "products"),
    `Budget  ${bar(run.spentMicros, run.budgetCapMicros)}  ${cost}, ${formatUsd(run.reservedMicros)} reserved`,
    `Sellers ${run.sellersFound} found, ${run.sellersNew} new  ·  ${run.failedItems} failed`,
    newest.length > 0 && `Newest  ${newest.toReversed().join(", ")}`,
  ]
    .filter(Boolean)
    .join("\n");
}

const phase = (name: string, done: number, total: number, unit: string) =>
  `${name.padEnd(7)} ${bar(done, total)}  ${done} of ${total} ${unit}`;

function bar(done: number, total: number): string {
  const filled = total > 0 ? Math.round((Math.min(done, total) / total) * BAR_WIDTH) : 0;
  return "█".repeat(filled) + "░".repeat(BAR_WIDTH - filled);
}

const progressLine = (run: Run) =>
  `${run.productsSearched} of ${run.productsTotal} products, ${run.sellersFound} sellers (${run.sellersNew} new), ` +
  `${formatUsd(run.spentMicros)} of ${formatUsd(run.budgetCapMicros)}`;

/** Names read from the outside are shown without control characters: they could drive the terminal. */
function namesIn(results: CallResult[]): string[] {
  return results
    .flatMap((result) => result.listings)
    .filter((found) => found.counted)
    .slice(-NEWEST)
    .map((found) => found.normalizedName.replace(/\p{Cc}/gu, ""));
}

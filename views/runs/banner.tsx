/** @jsxImportSource @kitajs/html */
import { MICROS_PER_DOLLAR } from "../../src/money.ts";
import type { RunView } from "../../src/runs/lists.ts";
import { costStatus, elapsedMs, restCostMicros } from "../../src/runs/pace.ts";
import { Banner, type Tone } from "../ui/banner.tsx";
import { clock, count, countOf, dollars, took } from "../ui/format.ts";

/** What a person has to know or do about the run; nothing while all is well. */
export const RunBanner = ({ run, throttled, now }: { run: RunView; throttled: boolean; now: Date }) => {
  const message = throttled ? THROTTLED : messageOf(run, now);
  return message ? <Banner {...message} command={commandFor(run, now)} /> : null;
};

interface Message {
  tone: Tone;
  title: string;
  text: string;
}

const THROTTLED: Message = {
  tone: "warn",
  title: "Throttled by the provider",
  text: "It takes no more calls for the moment. One at a time asks again; refused calls cost nothing, and nothing is lost.",
};

function messageOf(run: RunView, now: Date): Message | undefined {
  const done = `${count(run.productsSearched)} of ${countOf(run.productsTotal, "product")} searched; ${newInList(run)}.`;
  switch (run.status) {
    case "pending":
      return { tone: "info", title: "The run has not started yet", text: "Nothing is spent before it does." };
    case "running":
      return runningMessage(run);
    case "paused":
      return pausedMessage(run, done);
    case "completed":
      return {
        tone: "ok",
        title: `Completed in ${took(elapsedMs(run, now))}. ${countOf(run.sellersNew, "new seller")} for ${dollars(run.spentMicros)}`,
        text: leftOut(run),
      };
    case "failed":
      return { tone: "bad", title: "The run failed", text: run.statusMessage ?? done };
    case "cancelled":
      return { tone: "info", title: "The run was cancelled", text: `${done} It cannot be resumed.` };
  }
}

function leftOut({ failedItems, skippedItems }: RunView): string {
  const skipped = skippedItems > 0 ? `${countOf(skippedItems, "product")} skipped` : "";
  if (failedItems === 0) return skipped === "" ? "Nothing failed." : `Nothing failed, ${skipped}.`;
  return `${countOf(failedItems, "item")} failed${skipped === "" ? "" : `, ${skipped}`}; the reasons are below.`;
}

function runningMessage(run: RunView): Message | undefined {
  if (costStatus(run) === "safe") return undefined;
  const used = dollars(run.spentMicros + run.reservedMicros);
  return {
    tone: "warn",
    title: `More than ${run.softWarningPercent}% of the budget is used`,
    text: `${used} of ${dollars(run.budgetCapMicros)}. The call that would cross the cap is not made.`,
  };
}

function pausedMessage(run: RunView, done: string): Message {
  const why = run.statusMessage ? `${run.statusMessage} ` : "";
  switch (run.pauseReason) {
    case "budget":
      return { tone: "bad", title: budgetTitle(run), text: `${done} ${restText(run)}` };
    case "provider":
      return {
        tone: "warn",
        title: providerTitle(run),
        text: `${why}All workers stopped before more was billed. ${done}`,
      };
    case "drift":
      return {
        tone: "bad",
        title: "Pages do not look as expected",
        text: `${why}They are billed, so the run stopped. ${done}`,
      };
    case "credentials":
      return {
        tone: "bad",
        title: "The provider refuses the credentials",
        text: `${why}Set them anew and resume. ${done}`,
      };
    case "quota":
      return { tone: "bad", title: "The provider's plan is used up", text: `${why}Raise the plan and resume. ${done}` };
    case "shutdown":
      return {
        tone: "warn",
        title: "The run was interrupted",
        text: `${why}It goes on where it was when it is resumed. ${done}`,
      };
    default:
      return { tone: "warn", title: "The run is paused", text: `${why}${done}` };
  }
}

const newInList = (run: RunView): string =>
  run.sellersNew === 1 ? "1 new seller is in the list" : `${count(run.sellersNew)} new sellers are in the list`;

const budgetTitle = (run: RunView): string =>
  run.budgetScope === "month"
    ? "The cap of this month is reached and the run stopped"
    : `The run reached its cap of ${dollars(run.budgetCapMicros)} and stopped`;

const providerTitle = (run: RunView): string =>
  run.retryAt
    ? `The provider does not answer well. Next try at ${clock(run.retryAt)} UTC`
    : "The provider does not answer well";

function restText(run: RunView): string {
  const rest = restCostMicros(run);
  const costs = rest === null ? "" : `Finishing the rest costs about ${dollars(rest)}. `;
  return run.budgetScope === "month" ? `${costs}Raise monthly_cap_cents in the settings first.` : costs.trimEnd();
}

/** How a run that stands still goes on; none while it will try again by itself. */
function commandFor(run: RunView, now: Date): string | undefined {
  const triesAgain = run.retryAt !== null && run.retryAt > now;
  if (run.status !== "paused" || triesAgain) return undefined;
  const resume = `sellercollection collect --resume ${run.id}`;
  return run.pauseReason === "budget" && run.budgetScope !== "month"
    ? `${resume} --budget-cents ${nextCap(run)}`
    : resume;
}

/** A cap in cents that likely suffices for the rest: its expected cost and a quarter more, in whole dollars. */
function nextCap(run: RunView): number {
  const needed = run.spentMicros + (restCostMicros(run) ?? run.estimatedCostMicros) * 1.25;
  return Math.ceil(Math.max(needed, run.budgetCapMicros + 1) / MICROS_PER_DOLLAR) * 100;
}

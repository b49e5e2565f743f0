import { FIRST_ORGANISATION } from "../../accounts/organisation.ts";
import type { Tx } from "../../db/client.ts";
import { AppError } from "../../errors.ts";
import type { RunId } from "../../ids.ts";
import { cancelRun, finishRun, pauseRun, resumeRun, retryFailed, startRun } from "../../runs/life-cycle.ts";
import type { RunCommand } from "../../runs/status.ts";
import { patchSettings } from "../../settings/settings.ts";
import type { Standing } from "./world-queries.ts";

type Command = (tx: Tx, orgId: typeof FIRST_ORGANISATION, id: string) => Promise<unknown>;

const COMMANDS: Readonly<Record<RunCommand, Command>> = {
  start: startRun,
  pause: pauseRun,
  resume: resumeRun,
  finish: finishRun,
  cancel: cancelRun,
  "retry-failed": retryFailed,
};

/** What the person sits at: each request is one transaction. */
export type Ask = <T>(request: (tx: Tx) => Promise<T>) => Promise<T>;

/** Asks for something, which may be refused. */
export async function command(ask: Ask, name: RunCommand, id: RunId): Promise<void> {
  await allowingRefusal(ask((tx) => COMMANDS[name](tx, FIRST_ORGANISATION, id)));
}

const MORE_CENTS = 30;
export const MICROS_PER_CENT = 10_000;

/** Lets a run go on that waits for a person, with more money where it waits for that. */
export async function letGoOn(ask: Ask, run: Standing): Promise<void> {
  if (run.status === "pending") return command(ask, "start", run.id);
  if (run.budgetScope === "month") await raiseMonth(ask);
  const limits = run.budgetScope === "run" ? { budgetCapMicros: raised(run) } : {};
  await allowingRefusal(ask((tx) => resumeRun(tx, FIRST_ORGANISATION, run.id, limits)));
}

export const raised = (run: Standing): number => run.budgetCapMicros + MORE_CENTS * MICROS_PER_CENT;

export async function raiseMonth(ask: Ask): Promise<void> {
  await ask(async (tx) => {
    const { monthlyCapCents } = await patchSettings(tx, {}, "person");
    await patchSettings(tx, { monthly_cap_cents: (monthlyCapCents ?? 0) + MORE_CENTS }, "person");
  });
}

async function allowingRefusal(request: Promise<unknown>): Promise<void> {
  try {
    await request;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }
}

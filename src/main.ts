#!/usr/bin/env bun
import { CommanderError } from "commander";
import { asFailure } from "./db/fault.ts";
import { AppError } from "./errors.ts";
import { EXIT, Failure } from "./exit.ts";
import { program } from "./program.ts";

try {
  await program().parseAsync(process.argv);
} catch (error) {
  process.exitCode = explain(error);
}

/** What is known is one sentence on standard error; only a defect shows its stack. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  const failure = error instanceof Failure ? error : asFailure(error);
  if (failure) console.error(`Error: ${failure.message}`);
  else if (error instanceof AppError) console.error(`Error: ${error.detail}`);
  else console.error("This is a defect, please report it:", error);
  if (failure) return failure.exitCode;
  return error instanceof AppError ? EXIT.usage : EXIT.defect;
}

import { join } from "node:path";

const ROOT = join(import.meta.dir, "../..");
/** The compiled program where PROGRAM names it, else the sources. */
const COMMAND = process.env.PROGRAM ? [process.env.PROGRAM] : [process.execPath, join(ROOT, "src/main.ts")];

export interface Ended {
  /** Exit code; null when a signal ended it. */
  code: number | null;
  stdout: string;
  stderr: string;
}

/** The real program as a child process. */
export interface Program {
  pid: number;
  kill(signal: NodeJS.Signals): void;
  ended: Promise<Ended>;
}

export type Environment = Record<string, string>;

/** Starts the program with nothing of our own environment but what is needed to run at all. */
export function start(args: readonly string[], environment: Environment = {}): Program {
  const child = Bun.spawn([...COMMAND, ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, LOG_LEVEL: "warn", ...environment },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const output = Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  const ended = Promise.all([child.exited, output]).then(([, [stdout, stderr]]) => ({
    code: child.signalCode === null ? child.exitCode : null,
    stdout,
    stderr,
  }));
  return { pid: child.pid, kill: (signal) => child.kill(signal), ended };
}

/** Runs the program to its end. */
export const run = (args: readonly string[], environment: Environment = {}): Promise<Ended> =>
  start(args, environment).ended;

/** The members of the one JSON line with which `collect --json` ends. */
export interface Summary {
  run_id: string;
  status: string;
  pause_reason: string | null;
  categories: number;
  products: number;
  searched: number;
  failed: number;
  sellers_found: number;
  sellers_new: number;
  calls: number;
  cost_micros: number;
  reserved_micros: number;
  duration_ms: number;
}

/** @throws when the last line of standard output is no JSON. */
export function summaryOf({ stdout, stderr }: Ended): Summary {
  const last = stdout.trimEnd().split("\n").at(-1) ?? "";
  if (!last.startsWith("{")) throw new Error(`no summary in "${stdout}"; standard error: ${stderr}`);
  return JSON.parse(last);
}

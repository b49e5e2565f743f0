import { Command, InvalidArgumentError, Option } from "commander";
import { EXIT, type ExitCode, Failure } from "../exit.ts";
import { type Conditions, FAULTS, type Fault } from "../providers/sandbox/conditions.ts";
import type { Sandbox, SandboxOptions } from "../providers/sandbox/server.ts";

export interface SandboxFlags {
  port: number;
  seed: string;
  sellers: number;
  latency: Conditions["latencyMs"];
  pageKb: number;
  layout: Conditions["layout"];
  rate?: number;
  errorRate: number;
  fault?: Conditions["rates"];
  username: string;
  password: string;
  json?: boolean;
}

export function sandboxCommand(): Command {
  return new Command("sandbox")
    .description("an imaginary data provider on this machine: same protocol, costs nothing")
    .addOption(
      new Option("--port <n>", "port to listen on, 0 for any free one").default(8080).argParser(whole(0, 65535)),
    )
    .option("--seed <text>", "the same seed makes the same marketplace", "1")
    .addOption(new Option("--sellers <n>", "how many sellers there are").default(3000).argParser(whole(1, 1_000_000)))
    .addOption(
      new Option("--latency <ms>", "milliseconds a call takes: 200, or 100-300").default(200).argParser(latency),
    )
    .addOption(new Option("--page-kb <n>", "length of a search page in KB").default(650).argParser(whole(0, 12_000)))
    .addOption(new Option("--layout <name>", "page layout of eBay").choices(["new", "old", "mixed"]).default("mixed"))
    .addOption(new Option("--rate <n>", "calls per second before 429").argParser(whole(1, 100_000)))
    .addOption(
      new Option("--error-rate <share>", "share of calls that fail, 0-1, half 429, half 503")
        .default(0)
        .argParser(share),
    )
    .addOption(
      new Option("--fault <kind=share...>", "share of calls with one fault: 613=0.02 blocked=0.01").argParser(fault),
    )
    .option("--username <name>", "user the provider expects", "sandbox")
    .option("--password <text>", "password the provider expects", "sandbox")
    .option("--json", "print the address as one JSON line")
    .action(async (flags: SandboxFlags) => {
      process.exitCode = await runSandbox(flags);
    });
}

/**
 * Serves until SIGINT or SIGTERM.
 * @throws Failure when the port is taken or a flag is out of bounds.
 */
export async function runSandbox(flags: SandboxFlags): Promise<ExitCode> {
  const sandbox = await open(flags);
  announce(sandbox, flags);
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  await sandbox.stop();
  return EXIT.ok;
}

async function open(flags: SandboxFlags): Promise<Sandbox> {
  const { startSandbox } = await import("../providers/sandbox/server.ts");
  try {
    return startSandbox(toOptions(flags));
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE")) throw cause;
    throw new Failure(EXIT.unavailable, `Port ${flags.port} is in use; choose another with --port.`, { cause });
  }
}

function toOptions(flags: SandboxFlags): SandboxOptions {
  const { port, seed, sellers, username, password, errorRate } = flags;
  const rates = { "429": errorRate / 2, "503": errorRate / 2, ...flags.fault };
  return {
    port,
    seed,
    sellers,
    username,
    password,
    conditions: {
      latencyMs: flags.latency,
      pageBytes: flags.pageKb * 1000,
      layout: flags.layout,
      ratePerSecond: flags.rate ?? null,
      rates,
    },
  };
}

function announce({ url, port }: Sandbox, { username, password, json }: SandboxFlags): void {
  const words = `The sandbox answers at ${url}. Use it with

  export OXYLABS_BASE_URL=${url} OXYLABS_USERNAME=${quote(username)} OXYLABS_PASSWORD=${quote(password)}

What it was asked and what it would charge: ${url}/stats. Stop it with Ctrl+C.`;
  console.log(json ? JSON.stringify({ url, port, username, password }) : words);
}

const quote = (word: string) => (/^[\w.-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

function whole(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= low && value <= high) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${low} to ${high}.`);
  };
}

function latency(text: string): Conditions["latencyMs"] {
  const bounds = /^(\d{1,6})-(\d{1,6})$/.exec(text);
  return bounds ? { min: Number(bounds[1]), max: Number(bounds[2]) } : whole(0, 600_000)(text);
}

function share(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError("It must be a number from 0 to 1.");
}

function fault(text: string, before: Conditions["rates"] = {}): Conditions["rates"] {
  const [kind = "", value = ""] = text.split("=");
  return { ...before, [readKind(kind)]: share(value) };
}

function readKind(kind: string): Fault {
  const known = FAULTS.find((name) => name === kind);
  if (known) return known;
  throw new InvalidArgumentError(`It must be one of ${FAULTS.join(", ")}.`);
}

import { Argument, Command, InvalidArgumentError, Option } from "commander";
import packageJson from "../package.json";
import { sandboxCommand } from "./commands/sandbox.ts";
import { readConfig, VARIABLES } from "./config.ts";
import { EXIT } from "./exit.ts";

/** The command line. Each command's code is loaded only when it is called: `version` needs no database driver. */
export function program(): Command {
  const root = new Command("sellercollection")
    .description("Finds the eBay sellers that list what Amazon sells best, and keeps the evidence.")
    .version(packageJson.version, "-V, --version")
    .showHelpAfterError("(add --help for what is possible)")
    .exitOverride()
    .addHelpText("after", `\n${environmentHelp()}\n\n${EXIT_HELP}`);
  for (const command of [
    collect(),
    serve(),
    worker(),
    parse(),
    catalog(),
    sandboxCommand(),
    sellers(),
    migrate(),
    doctor(),
    version(),
  ]) {
    root.addCommand(command.copyInheritedSettings(root));
  }
  return root;
}

function collect(): Command {
  return new Command("collect")
    .description("run one collection: products in, sellers out, inside a budget")
    .addOption(new Option("--categories <ids>", "category ids, separated by commas").argParser(list))
    .option("--preset <name>", "a named selection of categories: All, Top 10, or one of your own")
    .option("--products <file>", "search your own products instead (CSV, JSON or NDJSON)")
    .option("--resume <run>", "go on with an interrupted or paused run: its id, or latest")
    .option("--name <name>", "what the run is called")
    .addOption(new Option("--workers <n>", "calls at the same time, 1-50").argParser(whole(1, 50)))
    .addOption(new Option("--pages <n>", "pages of listings per product, 1-10").argParser(whole(1, 10)))
    .addOption(new Option("--best-seller-pages <n>", "pages of best sellers per category, 1-2").argParser(whole(1, 2)))
    .addOption(new Option("--markup-min <percent>", "lowest markup over Amazon's price").argParser(whole(0, 1000)))
    .addOption(new Option("--markup-max <percent>", "highest markup over Amazon's price").argParser(whole(0, 1000)))
    .addOption(new Option("--budget-cents <n>", "hard cap of the run").argParser(whole(0, 10_000_000)))
    .option("--stop-at-cap", "start even if the estimate is over the cap, and stop there")
    .option("--include-loose-matches", "count listings below 'fewer words' notices as finds")
    .option("--export <file>", "write the run's sellers to a file (.csv .json .ndjson .txt)")
    .option("--json", "end with one JSON line")
    .action(async (options) => {
      const { collect } = await import("./commands/collect/collect.ts");
      process.exitCode = await collect(readConfig(), options);
    });
}

function serve(): Command {
  return new Command("serve")
    .description("serve the pages and the JSON endpoints, run schedules and work on runs")
    .option("--host <address>", "address to listen on (HOST)")
    .addOption(new Option("--port <n>", "port to listen on (PORT)").argParser(whole(0, 65535)))
    .action(async (options) => {
      const { serve } = await import("./commands/serve.ts");
      process.exitCode = await serve(readConfig(), options);
    });
}

function worker(): Command {
  return new Command("worker")
    .description("work on runs, beside serve or other workers on the same database")
    .action(async () => {
      const { worker } = await import("./commands/worker.ts");
      process.exitCode = await worker(readConfig());
    });
}

function parse(): Command {
  return new Command("parse")
    .description("read stored pages or answers and print what they hold")
    .addArgument(new Argument("<kind>", "what the files hold").choices(["ebay-search", "best-sellers"]))
    .argument("<files...>", "pages or provider answers, plain or .gz")
    .option("--json", "one JSON line per file")
    .action(async (kind, files, options) => {
      const { runParse } = await import("./commands/parse.ts");
      process.exitCode = await runParse(kind, files, options);
    });
}

function catalog(): Command {
  const command = new Command("catalog").description("list the Amazon categories");
  command.option("--json", "as JSON").action(async (options) => {
    const { listCatalog } = await import("./commands/catalog.ts");
    process.exitCode = listCatalog(options);
  });
  command
    .command("verify")
    .description("ask the provider for each category's node and record the result (paid calls)")
    .option("--json", "one JSON line per category")
    .addOption(new Option("--categories <ids>", "only these, separated by commas").argParser(list))
    .addOption(
      new Option("--budget-cents <n>", "hard cap (the settings' cap if absent)").argParser(whole(0, 10_000_000)),
    )
    .action(async (_, self: Command) => {
      const { verify } = await import("./commands/catalog.ts");
      process.exitCode = await verify(readConfig(), self.optsWithGlobals());
    });
  return command;
}

function sellers(): Command {
  const command = new Command("sellers").description("export or import the master list");
  command
    .command("export")
    .argument("[file]", "where to write; standard output if absent")
    .description("write the list (.csv .json .ndjson .txt)")
    .addOption(
      new Option("--format <format>", "what the file's ending does not say").choices(["csv", "json", "ndjson", "text"]),
    )
    .option("--run <id>", "only sellers that this run found")
    .action(async (file, options) => {
      const { exportList } = await import("./commands/sellers.ts");
      process.exitCode = await exportList(readConfig(), file, options);
    });
  command
    .command("import")
    .argument("<file>", "an export, or one name per line")
    .description("add the names of a file to the list")
    .option("--dry-run", "only say what would happen")
    .option("--json", "the counts as JSON")
    .action(async (file, options) => {
      const { importList } = await import("./commands/sellers.ts");
      process.exitCode = await importList(readConfig(), file, options);
    });
  return command;
}

function migrate(): Command {
  return new Command("migrate").description("bring the database to this program's version").action(async () => {
    const { runMigrate } = await import("./commands/migrate.ts");
    process.exitCode = await runMigrate(readConfig());
  });
}

function doctor(): Command {
  return new Command("doctor")
    .description("check configuration, database, provider and disk, and say what to do")
    .option("--json", "as JSON")
    .action(async (options) => {
      const { doctor } = await import("./commands/doctor.ts");
      process.exitCode = await doctor(options);
    });
}

function version(): Command {
  return new Command("version").description("print the version").action(() => {
    console.log(packageJson.version);
    process.exitCode = EXIT.ok;
  });
}

function whole(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && text.trim() !== "" && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`must be a whole number from ${min} to ${max}.`);
  };
}

const list = (text: string): string[] =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");

function environmentHelp(): string {
  const lines = Object.entries(VARIABLES).map(([name, { meaning }]) => `  ${name.padEnd(20)} ${meaning}`);
  return ["Environment:", ...lines].join("\n");
}

const EXIT_HELP = `Exit codes:
  0 completed   2 the run failed   3 paused by the budget   4 paused: drift, credentials or quota
  64 wrong usage   65 unusable input   69 something cannot be reached   73 cannot write   74 disk full
  78 wrong configuration   130 interrupted   1 a defect`;

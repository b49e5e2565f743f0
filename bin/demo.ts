/**
 * A whole collection on this machine, at no cost: the sandbox marketplace as the provider, the own PostgreSQL, the live
 * display, the export and the pages. `--once` ends after the summary; `--port N` chooses where the pages are.
 */

import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { collectOnce } from "../src/commands/collect/collect.ts";
import { catchSignals } from "../src/commands/collect/interruption.ts";
import { summaryText } from "../src/commands/collect/summary.ts";
import { providerOf, withContext } from "../src/commands/context.ts";
import { startServer, untilToldToStop } from "../src/commands/serve.ts";
import { readConfig } from "../src/config.ts";
import { Failure } from "../src/exit.ts";
import { startSandbox } from "../src/providers/sandbox/server.ts";

const CATEGORIES = ["electronics--headphones", "pet-supplies--dogs", "home-and-kitchen--kitchen-dining"];

const { values } = parseArgs({ options: { once: { type: "boolean" }, port: { type: "string" } } });
const sandbox = startSandbox({ conditions: { latencyMs: 150 } });
const config = readConfig({
  DATA_DIR: resolve("data/demo"),
  OXYLABS_BASE_URL: sandbox.url,
  OXYLABS_USERNAME: "sandbox",
  OXYLABS_PASSWORD: "sandbox",
  LOG_LEVEL: "warn",
  ...(values.port !== undefined && { PORT: values.port }),
});

try {
  await withContext(config, async (context) => {
    await using server = await startServer(context, config.host, config.port);
    console.log(`The pages are at ${server.url}\n`);
    const options = { categories: CATEGORIES, workers: 10, pages: 2, export: resolve("data/demo/sellers.csv") };
    using interruption = catchSignals();
    const collector = { ...context, provider: providerOf(config) };
    const { outcome, exported } = await collectOnce(collector, options, interruption);
    console.log(`\n${summaryText(outcome.run, exported instanceof Failure ? undefined : exported)}\n`);
    if (exported instanceof Failure) throw exported;
    if (values.once) return;
    console.log(`See it at ${server.url} (Ctrl-C ends the demo).`);
    await untilToldToStop();
  });
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  console.error(`Error: ${error.message}`);
  process.exitCode = error.exitCode;
} finally {
  await sandbox.stop();
}

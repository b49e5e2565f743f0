/**
 * Makes the pictures of the documentation, docs/pictures/*.png, from runs of its own: the sandbox marketplace, a database
 * in a temporary folder, the pages in Chromium. Takes about half a minute.
 */

import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { ALL, getCategories } from "../src/catalog/catalog.ts";
import { superviseRun } from "../src/collector/supervisor.ts";
import { accountKeyOf, type Context, providerOf, withContext } from "../src/commands/context.ts";
import { startServer } from "../src/commands/serve.ts";
import { readConfig } from "../src/config.ts";
import { withOrganisation } from "../src/db/client.ts";
import { type Sandbox, startSandbox } from "../src/providers/sandbox/server.ts";
import { createRun, type RunRequest } from "../src/runs/create-run.ts";
import type { Run } from "../src/runs/queries.ts";
import { openEngine } from "../src/worker/engine.ts";

const FOLDER = join(import.meta.dir, "../docs/pictures");
const CHROMIUM = process.env.CHROMIUM ?? Bun.which("chromium") ?? Bun.which("google-chrome") ?? "chromium";
const FLAGS = ["--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-sync"];
const WIDTH = 1280;

/** Runs that are over, so that the home page has something to tell. */
const EARLIER = [
  { name: "Headphones, first try", categories: ["electronics--headphones"], budgetCapMicros: 50_000 },
  { name: "Kitchen and dining", categories: ["home-and-kitchen--kitchen-dining"], budgetCapMicros: 5_000_000 },
  { name: "Dogs, weekly", categories: ["pet-supplies--dogs"], budgetCapMicros: 5_000_000 },
];
const DEPARTMENTS = ["home-and-kitchen", "pet-supplies"];
/** Refused while the pictures are taken, so that the first phase still goes on when the second one has come far. */
const WAITING = 2;

const dataDir = await mkdtemp(join(tmpdir(), "sc-shots-"));
const sandbox = startSandbox({ sellers: 15_000, conditions: { latencyMs: 5, pageBytes: 100_000 } });
const config = readConfig({
  DATA_DIR: dataDir,
  OXYLABS_BASE_URL: sandbox.url,
  OXYLABS_USERNAME: "sandbox",
  OXYLABS_PASSWORD: "sandbox",
  LOG_LEVEL: "error",
});
const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
try {
  await mkdir(FOLDER, { recursive: true });
  await withContext(config, (context) => takePictures(context, sandbox, browser));
} finally {
  await browser.close();
  await sandbox.stop();
  await rm(dataDir, { recursive: true, force: true });
}

async function takePictures(context: Context, provider: Sandbox, from: Browser): Promise<void> {
  await using server = await startServer(context, "127.0.0.1", 0);
  const stop = new AbortController();
  for (const { categories, ...request } of EARLIER) {
    const run = await newRun(context, { ...request, source: { categories: getCategories(categories) } });
    await collect(context, run, stop.signal);
  }

  const categories = ALL.filter(({ departmentId }) => DEPARTMENTS.includes(departmentId));
  const refused = categories.slice(-WAITING).map(({ nodeId }) => nodeId);
  const failKeys = { pattern: `\\|(${refused.join("|")})\\|`, fault: "429" } as const;
  provider.setFaults({ latencyMs: { min: 100, max: 300 }, failKeys });
  const run = await newRun(context, { name: "Kitchen + Pets, weekly", source: { categories }, workers: 6 });
  const collecting = collect(context, run, stop.signal);
  const page = await from.newPage({ viewport: { width: WIDTH, height: 840 } });
  await page.goto(`${server.url}/runs/${run.id}`);
  await page.waitForFunction(isWellUnderWay, undefined, { timeout: 120_000 });
  for (const [name, height, path] of [
    ["live", 840, undefined],
    ["home", 840, "/"],
    ["sellers", 680, "/sellers?sort=times_seen"],
  ] as const) {
    await page.setViewportSize({ width: WIDTH, height });
    if (path !== undefined) await page.goto(server.url + path);
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
    await page.screenshot({ path: join(FOLDER, `${name}.png`), animations: "disabled" });
    console.log(`docs/pictures/${name}.png ${Math.ceil(Bun.file(join(FOLDER, `${name}.png`)).size / 1000)} KB`);
  }
  stop.abort();
  await collecting;
}

function newRun({ sql, orgId }: Context, request: Omit<RunRequest, "stopAtCap">): Promise<Run> {
  const whole = { pagesPerProduct: 2, stopAtCap: true, ...request };
  return withOrganisation(sql, orgId, (tx) => createRun(tx, orgId, whole, new Date()));
}

async function collect(context: Context, { id }: Run, stop: AbortSignal): Promise<unknown> {
  const { config } = context;
  const options = {
    ...context,
    provider: providerOf(config),
    dataDir: config.dataDir,
    accountKey: accountKeyOf(config),
  };
  await using engine = await openEngine(options, "collect");
  return await superviseRun(engine, id, { stop, cut: stop, onProgress: () => undefined });
}

/** In the browser: both phases have come far, and neither is over. */
function isWellUnderWay(): boolean {
  const bars = document.querySelectorAll<HTMLProgressElement>("#run-progress progress");
  const [amazon = 0, ebay = 0] = [...bars].map((bar) => bar.position);
  return amazon > 0.6 && amazon < 1 && ebay > 0.4;
}

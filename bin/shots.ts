// Takes the screenshots of the documentation from a server that is running: bun bin/shots.ts [base URL] [folder]
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const base = process.argv[2] ?? "http://127.0.0.1:3000";
const folder = process.argv[3] ?? join(import.meta.dir, "../docs/pictures");

const SIZES = { wide: { width: 1440, height: 900 }, narrow: { width: 390, height: 844 } };
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

await mkdir(folder, { recursive: true });
const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
try {
  for (const [name, path] of Object.entries(await pages())) {
    await shoot(browser, name, path);
  }
} finally {
  await browser.close();
}

async function pages(): Promise<Record<string, string>> {
  const runId = await firstId("/api/collection/runs?limit=1", "runs");
  const sellerId = await firstId("/api/sellers?limit=1&sort=times_seen", "sellers");
  return {
    home: "/",
    sellers: "/sellers",
    ...(runId && { run: `/runs/${runId}` }),
    ...(sellerId && { seller: `/sellers/${sellerId}` }),
  };
}

async function firstId(path: string, list: string): Promise<string | undefined> {
  const response = await fetch(base + path);
  if (!response.ok) throw new Error(`${base}${path} answers ${response.status}: is the server running?`);
  const rows: unknown = Object(await response.json())[list];
  const first: unknown = Array.isArray(rows) ? rows[0] : undefined;
  return first instanceof Object && "id" in first ? String(first.id) : undefined;
}

async function shoot(from: Browser, name: string, path: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    for (const [size, viewport] of Object.entries(SIZES)) {
      const page = await from.newPage({ colorScheme, viewport, reducedMotion: "reduce" });
      // A live page never becomes idle on the network, so the fonts are waited for instead.
      await page.goto(base + path, { waitUntil: "load" });
      await page.evaluate(() => document.fonts.ready);
      await page.screenshot({ path: join(folder, `${name}-${size}-${colorScheme}.png`) });
      await page.close();
    }
  }
}

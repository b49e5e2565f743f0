import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const path =
  process.env.CHROMIUM ?? Bun.which("chromium") ?? Bun.which("chromium-browser") ?? Bun.which("google-chrome");

if (!path && process.env.REQUIRE_BROWSER === "1") {
  throw new Error("REQUIRE_BROWSER=1, but no Chromium was found: install it, or set CHROMIUM to its path.");
}
if (!path) console.warn("No Chromium found: the tests in a browser are skipped. Set CHROMIUM to its path to run them.");

/** Whether there is no browser to test with. */
export const NO_BROWSER = !path;

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: path ?? "", args: FLAGS, timeout: 20_000 });

/** A page of a visitor of their own, with everything the browser had to complain about on it. */
export interface Visit extends AsyncDisposable {
  page: Page;
  /** Errors and warnings of the console (violations of the security policy are among them) and uncaught exceptions. */
  complaints: string[];
  /** What the main part says, without what is hidden and without the clock of the moment. */
  text(): Promise<string>;
  /** The sum of all layout shifts so far that no input caused. */
  shift(): Promise<number>;
}

export async function visit(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  if (options.javaScriptEnabled !== false) await page.addInitScript(recordShifts);
  await page.goto(url);
  return {
    page,
    complaints,
    text: async () => (await page.evaluate(shownText)).replace(/\d\d:\d\d:\d\d UTC/g, "now"),
    shift: () => page.evaluate(() => Number(document.documentElement.dataset.shift ?? 0)),
    [Symbol.asyncDispose]: () => context.close(),
  };
}

function shownText(): string {
  const main = document.querySelector("main")?.cloneNode(true);
  if (!(main instanceof Element)) return "";
  for (const hidden of main.querySelectorAll("[hidden]")) hidden.remove();
  return main.textContent.replace(/\s+/g, " ");
}

function recordShifts(): void {
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { value = 0, hadRecentInput = false }: { value?: number; hadRecentInput?: boolean } = entry.toJSON();
      const { dataset } = document.documentElement;
      if (!hadRecentInput) dataset.shift = String(Number(dataset.shift ?? 0) + value);
    }
  }).observe({ type: "layout-shift", buffered: true });
}

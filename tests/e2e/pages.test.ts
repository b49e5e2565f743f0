import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { makeRun, makeSellers } from "../../src/testing/factories.ts";
import { launch, NO_BROWSER, visit } from "./browser.ts";
import { openSite, type Site } from "./site.ts";

setDefaultTimeout(20_000);

const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 390, height: 844 };

describe.skipIf(NO_BROWSER)("the pages", () => {
  let site: Site;
  let browser: Browser;
  let pages: string[];

  beforeAll(async () => {
    [site, browser] = await Promise.all([openSite(0), launch()]);
    const run = await site.newRun({ name: "Headphones" });
    await site.collect(run);
    const stopped = await site.newRun({ name: "A small budget", budgetCapMicros: 10_000 });
    await site.collect(stopped);
    const { sellers } = await (await fetch(`${site.url}/api/sellers?sort=times_seen&limit=1`)).json();
    pages = ["/", `/runs/${run.id}`, `/runs/${stopped.id}`, "/sellers", `/sellers/${sellers[0].id}`, "/nothing-here"];
  });
  afterAll(async () => {
    await browser?.close();
    await site?.[Symbol.asyncDispose]();
  });

  test("the home page lists runs and the newest sellers, and leads to each", async () => {
    await using home = await visit(browser, site.url);
    const { page } = home;
    expect(await page.locator("#run-rows tr td:first-child a").allTextContents()).toEqual([
      "A small budget",
      "Headphones",
    ]);
    expect(await page.locator(".grid-sellers .chip").count()).toBe(12);
    const newest = await page.locator(".grid-sellers .chip a").first().textContent();
    await page.locator(".grid-sellers .chip a").first().click();
    expect(await page.locator("h1").textContent()).toBe(newest);
    await page.locator("#evidence-rows a[href^='/runs/']").first().click();
    expect(await page.locator("h1").textContent()).toBe("Headphones");
  });

  test("more sellers are put below those that are there, and a search narrows them", async () => {
    await using sellers = await visit(browser, `${site.url}/sellers`);
    const { page } = sellers;
    await page.getByText("Load more").click();
    await page.locator("#seller-rows tr").nth(99).waitFor();
    const names = await page.locator("#seller-rows tr td:first-child a").allTextContents();
    expect(new Set(names).size).toBe(100);
    await page.keyboard.press("/");
    await page.keyboard.type(names[99] ?? "");
    await page.keyboard.press("Enter");
    await page.waitForURL(/search=/);
    expect(await page.locator("#seller-rows tr td:first-child a").allTextContents()).toContain(names[99] ?? "");
    expect(sellers.complaints).toEqual([]);
  });

  test("everything reads without JavaScript", async () => {
    await using plain = await visit(browser, site.url, { javaScriptEnabled: false });
    await using full = await visit(browser, site.url);
    for (const path of pages) {
      await Promise.all([plain.page.goto(site.url + path), full.page.goto(site.url + path)]);
      expect(await plain.text(), path).toBe(await full.text());
    }
    await plain.page.goto(`${site.url}/sellers`);
    const first = await plain.page.locator("#seller-rows a").first().textContent();
    await plain.page.getByText("Load more").click();
    expect(await plain.page.locator("#seller-rows a").first().textContent()).not.toBe(first);
    await plain.page.locator("[name=search]").fill(first ?? "");
    await plain.page.getByRole("button", { name: "Search" }).click();
    expect(await plain.page.locator("#seller-rows a").first().textContent()).toBe(first);
  });

  test("where scripts are off, a run that may go on is reloaded, and one that is over is not", async () => {
    const run = await site.newRun();
    for (const [path, reloads] of [
      [`/runs/${run.id}`, 1],
      [pages[1], 0],
    ] as const) {
      await using plain = await visit(browser, `${site.url}${path}`, { javaScriptEnabled: false });
      expect(await plain.page.locator("meta[http-equiv=refresh]").count(), path).toBe(reloads);
    }
  });

  for (const [colorScheme, viewport] of [
    ["light", WIDE],
    ["dark", NARROW],
  ] as const) {
    test(`nothing complains, moves or hangs over the edge on any page, ${colorScheme}, ${viewport.width} wide`, async () => {
      await using shown = await visit(browser, site.url, { colorScheme, viewport });
      for (const path of pages) {
        await shown.page.goto(site.url + path);
        await shown.page.evaluate(() => document.fonts.ready.then(() => 0));
        expect(
          shown.complaints.filter((words) => !/status of 404/.test(words)),
          path,
        ).toEqual([]);
        expect(await shown.shift(), path).toBeLessThan(0.01);
        expect(await shown.page.evaluate(() => document.documentElement.scrollWidth - innerWidth), path).toBe(0);
      }
    });
  }

  test("the keyboard reaches every link, field and button, the first stop skips the navigation", async () => {
    for (const path of ["/", pages[2], "/sellers?limit=5"]) {
      await using shown = await visit(browser, site.url + path);
      const { page } = shown;
      const wanted = await page
        .locator("a:visible, button:visible, input:visible, select:visible, summary:visible")
        .count();
      const reached = new Set<string>();
      await page.keyboard.press("Tab");
      expect(await focused(page), path).toContain("Skip to content");
      for (let stop = 0; stop < wanted; stop += 1) {
        reached.add(await focused(page));
        await page.keyboard.press("Tab");
      }
      expect(reached.size, path).toBeGreaterThanOrEqual(wanted - 1);
      await page.locator(".skip").focus();
      await page.keyboard.press("Enter");
      expect(await page.evaluate(() => document.activeElement?.id), path).toBe("main");
    }
  });

  test("g s and g c go to the sellers and back, but not while one types", async () => {
    await using shown = await visit(browser, site.url);
    const { page } = shown;
    await page.keyboard.type("gs");
    await page.waitForURL(/\/sellers$/);
    await page.locator("[name=search]").focus();
    await page.keyboard.type("gc");
    expect(new URL(page.url()).pathname).toBe("/sellers");
    await page.locator("h1").click();
    await page.keyboard.type("gc");
    await page.waitForURL(`${site.url}/`);
  });

  test("on a narrow screen the menu opens, leads on and closes", async () => {
    await using shown = await visit(browser, site.url, { viewport: NARROW });
    const { page } = shown;
    expect(await page.locator("#nav").isVisible()).toBe(false);
    await page.getByRole("button", { name: "Menu" }).click();
    await page.locator("#nav a[href='/sellers']").click();
    await page.waitForURL(/\/sellers$/);
    expect(await page.locator("#nav").isVisible()).toBe(false);
  });

  test("before the first run the home page says how to begin, and follows it once it has begun", async () => {
    await using empty = await openSite(0);
    await using home = await visit(browser, empty.url);
    expect(await home.page.locator("main code").first().textContent()).toStartWith("sellercollection collect");
    await makeRun(empty.sql, { name: "Started elsewhere", status: "cancelled" });
    await makeSellers(empty.sql, [{ displayName: "first-find" }]);
    await home.page.locator(".chip", { hasText: "first-find" }).waitFor();
    expect(await home.page.locator("#run-rows a").textContent()).toBe("Started elsewhere");
    expect(home.complaints).toEqual([]);
  });
});

/** What has the focus, told apart from all else on the page. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const all = [...document.querySelectorAll("*")];
    return `${all.indexOf(document.activeElement ?? document.body)} ${document.activeElement?.textContent?.trim()}`;
  });

import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { getCategories } from "../../src/catalog/catalog.ts";
import { changeRun, makeItem, makeRun, makeSellers } from "../../src/testing/factories.ts";
import { count } from "../../views/ui/format.ts";
import { launch, NO_BROWSER, visit } from "./browser.ts";
import { openSite, type Site } from "./site.ts";

setDefaultTimeout(20_000);

/** Milliseconds that a call to the provider takes. */
const LATENCY = 60;

describe.skipIf(NO_BROWSER)("the live page", () => {
  let site: Site;
  let browser: Browser;

  beforeAll(async () => {
    [site, browser] = await Promise.all([openSite(LATENCY), launch()]);
    await makeSellers(
      site.sql,
      Array.from({ length: 3 }, () => ({})),
    );
  });
  afterAll(async () => {
    await browser?.close();
    await site?.[Symbol.asyncDispose]();
  });

  const status = (page: Page, words: string) => page.locator("#run-status", { hasText: words }).waitFor();
  const searched = async (page: Page) =>
    Number(/Products (\d+) \//.exec((await page.locator("#run-progress footer").textContent()) ?? "")?.[1]);
  const more = (page: Page, than: number) =>
    page.waitForFunction(
      (before) =>
        Number(/Products (\d+) \//.exec(document.querySelector("#run-progress footer")?.textContent ?? "")?.[1]) >
        before,
      than,
    );

  test("moves while a run goes on in another process and ends with the completed state", async () => {
    const run = await site.newRun({ pagesPerProduct: 3 });
    await using watching = await visit(browser, `${site.url}/runs/${run.id}`);
    const { page } = watching;
    await status(page, "Not started");
    const collecting = site.collect(run);
    await status(page, "Live");
    await more(page, 0);
    await page.locator("#run-busy", { hasText: "searching eBay" }).waitFor();
    await page.locator("#run-new .chip").nth(11).waitFor();
    await page.locator("#event-29").waitFor();
    const [before, shiftBefore] = [await searched(page), await watching.shift()];
    const newest = await page.locator("#new-0 a").getAttribute("href");
    await more(page, before + 3);
    await page.waitForFunction((href) => document.querySelector("#new-0 a")?.getAttribute("href") !== href, newest);
    expect((await watching.shift()) - shiftBefore).toBeLessThan(0.001);

    const { run: done } = await collecting;
    await status(page, "Completed");
    expect(await searched(page)).toBe(done.productsSearched);
    expect(await page.locator("#run-banner").textContent()).toContain(`${count(done.sellersNew)} new sellers`);
    // The frame around the page followed too: the list has grown, and no run goes on any more.
    expect(await page.locator("#nav-sellers").textContent()).toBe(count(done.sellersNew + 3));
    expect(await page.locator("#nav-now a").count()).toBe(0);
    expect(watching.complaints).toEqual([]);
  });

  test("a late viewer sees the same as one who watched from the start", async () => {
    const run = await site.newRun();
    await using early = await visit(browser, `${site.url}/runs/${run.id}`);
    await site.collect(run);
    await status(early.page, "Completed");
    await using late = await visit(browser, `${site.url}/runs/${run.id}`);
    expect(await early.text()).toBe(await late.text());
  });

  test("a budget stop shows why and how to go on, and a raised cap goes on where it was", async () => {
    const run = await site.newRun({ budgetCapMicros: 20_000 });
    await using watching = await visit(browser, `${site.url}/runs/${run.id}`);
    const { page } = watching;
    const { run: stopped } = await site.collect(run);
    await status(page, "Stopped at budget");
    const banner = page.locator("#run-banner [role=alert]");
    expect(await banner.locator("strong").textContent()).toBe("The run reached its cap of $0.02 and stopped");
    expect(await banner.locator("code").textContent()).toBe(
      `sellercollection collect --resume ${run.id} --budget-cents 100`,
    );
    expect(await page.locator("#run-busy").isVisible()).toBe(false);
    await using late = await visit(browser, `${site.url}/runs/${run.id}`);
    expect(await watching.text()).toBe(await late.text());

    await site.raiseCap(stopped, 1_000_000);
    await site.collect(run);
    await status(page, "Completed");
    expect(await page.locator("#run-banner code").count()).toBe(0);
  });

  test("items that failed show their reasons, in place, as soon as they fail", async () => {
    const run = await makeRun(site.sql, { status: "paused" });
    await using watching = await visit(browser, `${site.url}/runs/${run.id}`);
    const { page } = watching;
    await page.getByText("Nothing failed so far.").waitFor();
    await makeItem(site.sql, run.id, { status: "failed", errorCode: "no_answer", errorMessage: "It kept silent." });
    await changeRun(site.sql, run.id, { failedItems: 1, totalItems: 1 });
    expect(await page.locator("#run-failed li").textContent()).toBe("Steel bottle, 24 ozno answerIt kept silent.");
    expect(await page.locator("#run-metrics li").textContent()).toBe("no answer1");
  });

  test("the newest sellers hold still under the pointer", async () => {
    const run = await site.newRun({
      source: { categories: getCategories(["pet-supplies--dogs"]) },
      pagesPerProduct: 3,
    });
    await using watching = await visit(browser, `${site.url}/runs/${run.id}`);
    const { page } = watching;
    const collecting = site.collect(run);
    await page.locator("#run-new .chip").first().waitFor();
    await page.locator("#run-new h2").hover();
    const [held, before] = [await page.locator("#run-new").textContent(), await searched(page)];
    await more(page, before + 5);
    expect(await page.locator("#run-new").textContent()).toBe(held);
    await collecting;
  });

  test("after a restart of the server the page goes on by itself, and says so while it cannot", async () => {
    const run = await site.newRun();
    await using watching = await visit(browser, `${site.url}/runs/${run.id}`);
    const { page } = watching;
    const collecting = site.collect(run);
    await status(page, "Live");
    await site.stopServer();
    await page.getByText("Connection lost").waitFor();
    await site.startServer();
    await collecting;
    await status(page, "Completed");
    expect(await page.getByText("Connection lost").isVisible()).toBe(false);
  });

  test("a run whose process has died is not called live", async () => {
    const run = await makeRun(site.sql, { status: "running", segmentStartedAt: new Date() });
    await using watching = await visit(browser, `${site.url}/runs/${run.id}`);
    await status(watching.page, "Interrupted");
    expect(await watching.page.locator("#run-banner code").textContent()).toBe(
      `sellercollection collect --resume ${run.id}`,
    );
  });
});

/**
 * Compares HTML readers on the stored eBay pages: sellers read right, CPU per megabyte, and what a page of deep or
 * mismatched elements does to them. The other readers are no dependency of the product; install them anywhere:
 *
 *   mkdir /tmp/html-readers && cd /tmp/html-readers && bun add htmlparser2 cheerio node-html-parser
 *   bun bench/html-readers/compare.ts /tmp/html-readers
 */
import { resolve } from "node:path";
import { corpusNames, corpusPage, corpusTruth, expected } from "../../src/marketplaces/ebay/corpus-for-tests.ts";
import { type Candidate, cheerio, nodeHtmlParser, rewriter, sax, scan } from "./candidates.ts";

const folder = process.argv[2];
// A fifth of the size at which the product must answer within a second: the slower readers would take minutes.
const N = 20_000;
const MISMATCHED = "<div>".repeat(N) + "</b>".repeat(N);
const DEEP = `<ul class=srp-results><li class=s-card>`.repeat(N);

const pages = corpusNames().map((name) => ({
  html: corpusPage(name),
  truth: corpusTruth(name).listings.map(expected),
}));
if (pages.length === 0) throw new Error("The stored pages (../shared/data/ebay-search-html) are not there.");

console.log(
  `${"reader".padEnd(26)} sellers right  cards wrong  MB per CPU s  ms per 650 KB  mismatched tags ms  deep list ms`,
);
for (const [name, candidate] of Object.entries(await candidates())) {
  const { right, wrong } = check(candidate);
  const speed = await megabytesPerSecond(candidate);
  const cells = [
    right,
    wrong,
    speed.toFixed(0),
    (650 / speed).toFixed(1),
    hostile(candidate, MISMATCHED),
    hostile(candidate, DEEP),
  ];
  console.log(name.padEnd(26), ...cells.map((cell) => String(cell).padStart(14)));
}

async function candidates(): Promise<Record<string, Candidate>> {
  const own = { "own scan (all of its work)": scan, HTMLRewriter: rewriter };
  if (folder === undefined) return own;
  const load = (name: string) => import(Bun.resolveSync(name, resolve(folder)));
  const cheerioModule = await load("cheerio");
  return {
    ...own,
    "htmlparser2 as SAX": sax(await load("htmlparser2")),
    "cheerio on htmlparser2": cheerio(cheerioModule, { xml: { xmlMode: false, decodeEntities: true } }),
    "cheerio on parse5": cheerio(cheerioModule, {}),
    "node-html-parser": nodeHtmlParser(await load("node-html-parser")),
  };
}

function check(candidate: Candidate): { right: number; wrong: number } {
  let right = 0;
  let wrong = 0;
  for (const { html, truth } of pages) {
    const found = candidate(html);
    const same = truth.filter(({ seller }, index) => Bun.deepEquals(found[index] ?? null, seller)).length;
    right += truth.filter(({ seller }, index) => seller && Bun.deepEquals(found[index], seller)).length;
    wrong += truth.length - same + Math.max(0, found.length - truth.length);
  }
  return { right, wrong };
}

/** The best of three rounds over all pages: other work on the machine only ever adds. */
async function megabytesPerSecond(candidate: Candidate): Promise<number> {
  const bytes = pages.reduce((sum, { html }) => sum + Buffer.byteLength(html), 0);
  const rounds = [0, 1, 2].map(() => {
    const before = process.cpuUsage();
    for (const { html } of pages) candidate(html);
    return process.cpuUsage(before).user;
  });
  return bytes / Math.min(...rounds);
}

function hostile(candidate: Candidate, html: string): string {
  const started = performance.now();
  try {
    candidate(html);
  } catch {
    return "throws";
  }
  return (performance.now() - started).toFixed(0);
}

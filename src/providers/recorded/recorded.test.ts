import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { searchUrl } from "../../marketplaces/ebay/search-url.ts";
import { PermanentError } from "../errors.ts";
import { createRecorded } from "./recorded.ts";

const CATEGORY = { nodeId: "172541", marketplace: "US" } as const;
const QUERY = { keywords: "desk lamp", priceMinMicros: 18_000_000, priceMaxMicros: 22_000_000 };
const never = new AbortController().signal;
const text = (body: Uint8Array) => new TextDecoder().decode(body);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "recorded-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function shelve(name: string, files: Record<string, string | Uint8Array>): Promise<string> {
  const path = join(folder, name);
  await mkdir(path);
  for (const [file, content] of Object.entries(files)) await Bun.write(join(path, file), content);
  return path;
}

test("a folder's answers are replayed one after the other, and what is no answer is left out", async () => {
  const searches = await shelve("turns", {
    "b.html": "B",
    "a.json.gz": Bun.gzipSync("A"),
    "a.truth.json": "T",
    "notes.md": "N",
  });
  const provider = createRecorded({ searches });
  const bodies = [];
  for (const page of [1, 2, 3]) bodies.push(text((await provider.search(QUERY, page, never)).body));
  expect(bodies).toEqual(["A", "B", "A"]);
});

test("an index tells which answer belongs to which question", async () => {
  const index = { [searchUrl(QUERY, 2)]: "second.html", "172541/1": "lamps.json" };
  const shelf = await shelve("index", { "index.json": JSON.stringify(index), "second.html": "2", "lamps.json": "L" });
  const provider = createRecorded({ searches: shelf, bestSellers: shelf });
  expect(text((await provider.search(QUERY, 2, never)).body)).toBe("2");
  expect(text((await provider.bestSellers(CATEGORY, 1, never)).body)).toBe("L");
});

test("a question without a recorded answer is a permanent error that costs nothing", async () => {
  const shelf = await shelve("gaps", { "index.json": "{}" });
  for (const provider of [createRecorded({ searches: shelf }), createRecorded({})]) {
    const error = await provider.search(QUERY, 1, never).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(PermanentError);
    expect(error.billing).toBe("not_billed");
  }
});

test("an abort ends the replay with its own reason", async () => {
  const searches = await shelve("aborted", { "a.html": "A" });
  const replayed = createRecorded({ searches }).search(QUERY, 1, AbortSignal.abort("paused"));
  expect(await replayed.catch((reason) => reason)).toBe("paused");
});

const data = fileURLToPath(new URL("../../../../shared/data/", import.meta.url));
const skips = "(skipped without ../shared/data)";

test.skipIf(!existsSync(data))(`a bare page and the provider's answer are read alike ${skips}`, async () => {
  const bare = createRecorded({ searches: `${data}ebay-search-html/scard-list-us-en-pokemon-1.html.gz` });
  const wrapped = createRecorded({ searches: `${data}oxylabs-json/ebay_search_result.json.gz` });
  const outcomes = [];
  for (const provider of [bare, wrapped]) {
    const answer = provider.readSearch((await provider.search(QUERY, 1, never)).body);
    outcomes.push(answer.kind === "page" && [answer.page.outcome, answer.page.listings.length > 50]);
  }
  // The second one is in grid view, which shows no sellers.
  expect(outcomes).toEqual([
    ["ok", true],
    ["no_sellers_shown", true],
  ]);
});

test.skipIf(!existsSync(data))(`best sellers are read from a page and from an answer ${skips}`, async () => {
  const page = createRecorded({ bestSellers: `${data}amazon/bestsellers-html-us-electronics-2026.html.gz` });
  const answer = createRecorded({ bestSellers: `${data}oxylabs-json/amazon_bestsellers_docs_example.json` });
  for (const [provider, nodeId, products] of [
    [page, "172282", 30],
    [answer, "2407760011", 38],
  ] as const) {
    const category = { nodeId, marketplace: "US" } as const;
    const read = provider.readBestSellers((await provider.bestSellers(category, 1, never)).body, category);
    expect(read.kind === "page" && [read.page.outcome, read.page.products.length]).toEqual(["ok", products]);
  }
});

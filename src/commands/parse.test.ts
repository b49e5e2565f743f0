import { afterAll, beforeAll, describe, expect, mock, spyOn, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newCard, searchPage, seller } from "../marketplaces/ebay/page-for-tests.ts";
import { runParse } from "./parse.ts";
import { parseFile } from "./parse-file.ts";

const PAGE = searchPage(newCard({ rows: seller("bob") }) + newCard({ id: "300000000002", price: "See price" }));
const ANSWER = JSON.stringify({ results: [{ content: PAGE, status_code: 200 }] });

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "parse-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function stored(name: string, content: string | Uint8Array): Promise<string> {
  const file = join(folder, name);
  await Bun.write(file, content);
  return file;
}

describe("parseFile", () => {
  test("a search page gives the documented JSON", async () => {
    const file = await stored("page.html", PAGE);
    const listing = {
      position: 1,
      item_id: "300000000001",
      title: "Lamp",
      price: 12.99,
      currency: "USD",
      section: "main" as const,
    };
    const bob = { username: "bob", feedback_percent: 99.8, feedback_score: 12_300, feedback_exact: false };
    expect(await parseFile("ebay-search", file)).toEqual({
      file,
      outcome: "ok",
      cards: 2,
      cards_with_seller: 1,
      has_next: false,
      listings: [
        { ...listing, seller: bob },
        { ...listing, position: 2, item_id: "300000000002", price: null, currency: null, seller: null },
      ],
    });
  });

  const FORMS: Record<string, string | Uint8Array> = {
    "answer.json": ANSWER,
    "packed-page.txt": Bun.gzipSync(Buffer.from(PAGE)),
    "packed-answer.gz": Bun.gzipSync(Buffer.from(ANSWER)),
    "stored.zst": Bun.zstdCompressSync(ANSWER),
  };
  for (const [name, content] of Object.entries(FORMS)) {
    test(`${name} holds the same page, whatever it is called`, async () => {
      const parsed = await parseFile("ebay-search", await stored(name, content));
      expect(parsed).toMatchObject({ outcome: "ok", cards: 2, cards_with_seller: 1 });
    });
  }

  for (const content of [
    "",
    "{",
    "{}",
    "null",
    '{"results":[]}',
    '{"results":[{"content":{}}]}',
    '{"results":[{"content":""}]}',
  ]) {
    test(`${content || "an empty file"} is an unreadable page`, async () => {
      expect(await parseFile("ebay-search", await stored("rubbish", content))).toMatchObject({
        outcome: "unreadable",
        listings: [],
      });
    });
  }

  test("an answer of Amazon's best sellers gives its own JSON", async () => {
    expect(await parseFile("best-sellers", await stored("rubbish", "{}"))).toMatchObject({
      outcome: "unreadable",
      products: [],
    });
  });
});

describe("runParse", () => {
  test("names each file that cannot be read in one sentence, prints the others and answers 65", async () => {
    const [out, err] = [
      spyOn(console, "log").mockImplementation(() => {}),
      spyOn(console, "error").mockImplementation(() => {}),
    ];
    const absent = join(folder, "absent.html");
    const broken = await stored("broken.gz", Bun.gzipSync(Buffer.from(PAGE)).slice(0, 60));
    const files = [absent, broken, folder, await stored("page.html", PAGE)];
    expect(await runParse("ebay-search", files, { json: true })).toBe(65);
    expect(err.mock.calls.map(([line]) => line)).toEqual([
      `${absent} cannot be read: there is no such file.`,
      expect.stringContaining(`${broken} is not a whole gzip file: `),
      `${folder} cannot be read: it is a folder.`,
    ]);
    expect(out.mock.calls.map(([line]) => JSON.parse(line).outcome)).toEqual(["ok"]);
    mock.restore();
  });

  test("prints a table for people, without the control characters of a page", async () => {
    const out = spyOn(console, "log").mockImplementation(() => {});
    const title = "La\u001b[31mmp";
    const file = await stored("page.html", searchPage(newCard({ title, rows: seller("bob") })));
    expect(await runParse("ebay-search", [file], {})).toBe(0);
    const [text] = out.mock.calls[0] ?? [];
    expect(text).toContain(
      `${file}: ok, 1 listings, 1 with seller, no next page\n  1  300000000001  12.99 USD  main  bob  99.8% (~12300)`,
    );
    expect(text).not.toContain("\u001b");
    mock.restore();
  });
});

import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { newCard, oldCard, searchPage, seller } from "./page-for-tests.ts";
import { readSearchPage } from "./search-page.ts";

const NAMES = ["bob.s-shop", "every*thing_4sale", "al", "liquid05"];
const cards = NAMES.map((name, n) => (n % 2 ? oldCard : newCard)({ id: `30000000000${n}`, rows: seller(name) })).join(
  "",
);
const PAGE = new TextEncoder().encode(searchPage(cards));

type Damage = { kind: "cut" | "skip" | "flip" | "zero" | "sign"; at: number; value: number };

const damages = fc.array(
  fc.record({
    kind: fc.constantFrom<Damage["kind"][]>("cut", "skip", "flip", "zero", "sign"),
    at: fc.nat(PAGE.length - 1),
    value: fc.nat(255),
  }),
  { minLength: 1, maxLength: 12 },
);

function damaged(page: Uint8Array, list: readonly Damage[]): Uint8Array {
  return list.reduce((bytes, { kind, at, value }) => {
    if (kind === "cut") return bytes.slice(0, at);
    if (kind === "skip") return new Uint8Array([...bytes.slice(0, at), ...bytes.slice(at + value)]);
    const changed = bytes.slice();
    changed[at] =
      kind === "zero"
        ? 0
        : kind === "flip"
          ? (bytes[at] ?? 0) ^ (1 << (value & 7))
          : "<>\"'=/&%()".charCodeAt(value % 10);
    return changed;
  }, page);
}

test("a damaged page never throws and shows no seller whose name is not written in it", () => {
  fc.assert(
    fc.property(damages, (list) => {
      const bytes = damaged(PAGE, list);
      const written = new TextDecoder().decode(bytes).replace(/<!--.*?-->/gs, "");
      for (const { seller } of readSearchPage(bytes).listings) {
        if (seller) expect(written).toContain(seller.username);
      }
    }),
    { numRuns: 1_000 },
  );
});

describe("rubbish of any shape is read in well under a second", () => {
  const DEEP = 100_000;
  const card = `<li class=s-card data-listingid=300000000001>`;
  const RUBBISH: Record<string, string> = {
    "deep elements in a card": card + "<div>".repeat(DEEP),
    "deep cards": card.repeat(DEEP),
    "deep lists of cards": `<ul>${card}`.repeat(DEEP),
    "deep elements with end tags of others": "<div>".repeat(DEEP) + "</b>".repeat(DEEP),
    "brackets only": "<".repeat(1_000_000),
    "comments that never end": "<!--".repeat(500_000),
    "scripts that never end": "<script></".repeat(100_000),
    "a tag of many attributes": `<li ${"a=b ".repeat(500_000)}>`,
    "quotes that never end": `<a b="`.repeat(200_000),
    "blanks only": " ".repeat(2_000_000),
    "ampersands in a card": card + "&".repeat(1_000_000),
    "a card of almost sellers": `${card}${"<b>a 9% positive (</b>".repeat(DEEP)}`,
    "a line of almost sellers": card + "a 9% (1".repeat(DEEP),
    "a card that links to everything": `${card}${Array.from({ length: DEEP }, (_, n) => `<a href="/itm/${300000000000 + n}">`).join("")}`,
    "classes that never return": Array.from({ length: DEEP }, (_, n) => `<b class="x${n}">`).join(""),
  };
  for (const [what, html] of Object.entries(RUBBISH)) {
    test(what, () => {
      // In CPU time: on a busy machine a clock on the wall measures the neighbours.
      const started = process.cpuUsage();
      expect(readSearchPage(html).health.cardsWithSeller).toBe(0);
      expect(cpuMs(started)).toBeLessThan(1_000);
    });
  }
});

function cpuMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}

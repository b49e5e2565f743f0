import { expect, test } from "bun:test";
import { OUTCOMES, type Outcome } from "./outcomes.ts";

test("docs/money.md and the code say the same of every outcome", async () => {
  const page = await Bun.file(new URL("../../../docs/money.md", import.meta.url)).text();
  const rows = [...page.matchAll(/^\| `(\w+)` +\|[^|]+\| (\w+) +\| (\w+) +\|/gm)];
  const documented = rows.map((row) => row.slice(1).join(" "));
  const coded = Object.entries<Outcome>(OUTCOMES).map(([name, { billing, verdict }]) =>
    [name, billing, verdict].join(" "),
  );
  expect(documented).toEqual(coded);
});

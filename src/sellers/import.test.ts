import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FIRST_ORGANISATION as org } from "../accounts/organisation.ts";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { inOrganisation } from "../testing/engine.ts";
import { exportToFile } from "./export-file.ts";
import { importNames } from "./import.ts";
import { readNames } from "./read-names.ts";

let db: TestDatabase;
let folder: string;
beforeAll(async () => {
  db = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), "sellercollection-import-"));
});
afterAll(() => db.drop());

const importFile = async (name: string, content: string, dryRun = false) => {
  const path = join(folder, name);
  await Bun.write(path, content);
  return importNames(db.sql, org, readNames(path), { dryRun, userName: "tester" });
};
const entries = () => inOrganisation(db.sql, (tx) => tx`select * from audit_entries where action = 'import'`);

test("one name per line is added under one entry; repeats and blank lines are counted, not added", async () => {
  const counts = await importFile("names.txt", "\ufeffalpha\nbeta\r\n\nALPHA\n");
  expect(counts).toEqual({ read: 3, added: 2, known: 1, empty: 0 });
  expect((await entries()).map((entry) => [entry.addedCount, entry.userName])).toEqual([[2, "tester"]]);
});

test("a dry run tells the same counts and leaves nothing behind", async () => {
  const before = (await entries()).length;
  expect(await importFile("dry.ndjson", '{"display_name":"gamma"}\n"alpha"\n', true)).toMatchObject({
    added: 1,
    known: 1,
  });
  expect((await entries()).length).toBe(before);
  expect(await inOrganisation(db.sql, (tx) => tx`select 1 from sellers where normalized_name = 'gamma'`)).toHaveLength(
    0,
  );
});

for (const ending of ["csv", "json", "ndjson", "txt"]) {
  test(`an export as ${ending} is read back as exactly the names it was made of`, async () => {
    await importFile(
      "seed.json",
      JSON.stringify(["=cmd|' /c calc'!A1", "'quoted", "'=led", "''=twice", "-5", "@at", 'a "b", c', "ünï-کود"]),
    );
    const path = await exportToFile(db.sql, org, join(folder, `round.${ending}`), undefined);
    const names = (await Array.fromAsync(readNames(path))).map(({ name }) => name);
    const listed = await inOrganisation(db.sql, (tx) => tx`select display_name from sellers where listed`);
    expect(new Set(names)).toEqual(new Set(listed.map((row) => row.displayName)));
  });
}

test("a file that is not what its ending says is refused whole, with the row", async () => {
  const before = await inOrganisation(db.sql, (tx) => tx`select 1 from sellers`);
  expect(importFile("broken.ndjson", '"fine"\n{"nothing": 1}\n')).rejects.toThrow(/row 2 has no name/);
  expect(await inOrganisation(db.sql, (tx) => tx`select 1 from sellers`)).toHaveLength(before.length);
});

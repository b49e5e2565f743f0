import { afterAll, beforeAll, expect, test } from "bun:test";
import { FIRST_ORGANISATION as org } from "../accounts/organisation.ts";
import { newId } from "../ids.ts";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { inOrganisation } from "../testing/engine.ts";
import { applyChanges } from "./apply-changes.ts";
import { insertEntry } from "./queries.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

const add = (names: string[], entryId: string = newId()) =>
  inOrganisation(db.sql, (tx) => applyChanges(tx, org, entryId, { add: names }));

test("spellings of one seller are one seller, shown as it came first", async () => {
  const { added, empty } = await add(["Big\u200bShop ", "bigshop", "ＢＩＧＳＨＯＰ", "\u00a0\ufeff"]);
  expect(added).toMatchObject([{ normalizedName: "bigshop", displayName: "BigShop" }]);
  expect(empty).toBe(1);
});

test("a name that is on the list already is known, not added, and changes nothing", async () => {
  await add(["twice"]);
  const before = await lastChange();
  const { added, ids } = await add(["Twice"]);
  expect(added).toEqual([]);
  expect(ids.has("twice")).toBe(true);
  expect(await lastChange()).toBe(before);
});

test("changes are numbered without gaps, each with its entry and its version", async () => {
  const entry = newId();
  const before = await lastChange();
  await add(["gap-b", "gap-a", "gap-c"], entry);
  const changes = await inOrganisation(
    db.sql,
    (tx) => tx`
      select c.number, c.kind, v.normalized_name, v.valid_from, v.valid_to from seller_changes c
      join seller_versions v using (seller_id) where c.entry_id = ${entry} order by c.number`,
  );
  expect([...changes]).toEqual(
    ["gap-a", "gap-b", "gap-c"].map((normalizedName, index) => {
      const number = before + index + 1;
      return { number, kind: "add", normalizedName, validFrom: number, validTo: null };
    }),
  );
});

test("a seller that was removed comes back under its own id", async () => {
  const [first] = (await add(["comeback"])).added;
  await inOrganisation(
    db.sql,
    (tx) => tx`
      with state as (
        update list_states set last_change = last_change + 1, seller_count = seller_count - 1 returning last_change
      ), closed as (
        update seller_versions set valid_to = state.last_change from state where seller_id = ${first?.id ?? null}
      )
      update sellers set listed = false where id = ${first?.id ?? null}`,
  );
  expect((await add(["ComeBack"])).added).toMatchObject([{ id: first?.id, displayName: "ComeBack" }]);
});

test("twenty writers with the same names in other orders add each name once and never wait for ever", async () => {
  const names = Array.from({ length: 60 }, (_, index) => `same-${index}`);
  const orders = Array.from({ length: 20 }, (_, turn) => [...names.slice(turn * 3), ...names.slice(0, turn * 3)]);
  const results = await Promise.all(orders.map((order) => add(order)));
  expect(results.flatMap(({ added }) => added)).toHaveLength(60);
  expect(results.every(({ ids }) => names.every((name) => ids.has(name)))).toBe(true);
});

test("the size of the list is counted with its changes, and stored with the entry", async () => {
  const entry = newId();
  await inOrganisation(db.sql, async (tx) => {
    await applyChanges(tx, org, entry, { add: ["counted-1", "counted-2"] });
    await insertEntry(tx, org, { id: entry, action: "import", source: "manual" });
  });
  const [row] = await inOrganisation(
    db.sql,
    (tx) => tx`
      select e.added_count, e.seller_count_snapshot, (select count(*) from sellers where listed) as listed
      from audit_entries e where id = ${entry}`,
  );
  expect(row).toMatchObject({ addedCount: 2, sellerCountSnapshot: row?.listed });
});

for (const statement of [
  "update audit_entries set action = 'edit'",
  "delete from audit_entries",
  "update seller_changes set kind = 'remove'",
  "delete from seller_changes",
  "update seller_versions set display_name = 'other'",
  "delete from seller_versions",
]) {
  test(`the history refuses: ${statement}`, async () => {
    const rewrite = inOrganisation(db.sql, (tx) => tx.unsafe(statement));
    await expect(rewrite).rejects.toThrow(/append-only|closed once/);
  });
}

async function lastChange(): Promise<number> {
  const [row] = await inOrganisation(db.sql, (tx) => tx<{ lastChange: number }[]>`select last_change from list_states`);
  return row?.lastChange ?? 0;
}

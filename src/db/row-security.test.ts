import { afterAll, beforeAll, expect, test } from "bun:test";
import { newId, type OrganisationId } from "../ids.ts";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { inOrganisation } from "../testing/engine.ts";
import { withOrganisation } from "./client.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

test("every table with an organisation is under forced row level security", async () => {
  const open = await db.sql`
    select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id'
    where c.relkind = 'r' and not (c.relrowsecurity and c.relforcerowsecurity)`;
  expect([...open]).toEqual([]);
});

test("the program's own role can neither bypass row level security nor is it a superuser", async () => {
  const [role] = await db.sql`select rolsuper, rolbypassrls from pg_roles where rolname = current_user`;
  expect(role).toEqual({ rolsuper: false, rolbypassrls: false });
});

test("a query that forgets its where sees nothing of another organisation, nor without any", async () => {
  const foreign = newId<OrganisationId>();
  await withOrganisation(db.sql, foreign, async (tx) => {
    await tx`insert into organisations (id, name) values (${foreign}, 'Foreign')`;
    await tx`insert into sellers (id, org_id, normalized_name, display_name) values (${newId()}, ${foreign}, 'x', 'x')`;
  });
  const mine = await inOrganisation(db.sql, (tx) => tx`select * from sellers`);
  const nobodys = await db.sql`select * from sellers`;
  expect([mine.length, nobodys.length]).toEqual([0, 0]);
});

test("a row of another organisation can neither be written nor taken over", async () => {
  const foreign = newId<OrganisationId>();
  const insert = inOrganisation(
    db.sql,
    (tx) =>
      tx`insert into sellers (id, org_id, normalized_name, display_name) values (${newId()}, ${foreign}, 'y', 'y')`,
  );
  await expect(insert).rejects.toThrow("row-level security");
  const taken = await inOrganisation(db.sql, (tx) => tx`update sellers set org_id = ${foreign} returning 1`);
  expect(taken).toHaveLength(0);
});

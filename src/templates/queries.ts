import { array } from "../db/array.ts";
import type { Tx } from "../db/client.ts";
import { newId, type OrganisationId } from "../ids.ts";
import type { templates } from "./schema.ts";

export type Template = typeof templates.$inferSelect;

/** What a request decides. */
export type TemplateFields = Omit<Template, "id" | "orgId" | "createdBy" | "createdAt" | "updatedAt">;

/** The sort key of a template: its name in lower case, as the database has it, and its id. */
export type TemplateKey = [nameKey: string, id: string];

export function listTemplates(
  tx: Tx,
  after: TemplateKey | undefined,
  limit: number,
): Promise<(Template & { nameKey: string })[]> {
  const start = after ? tx`where (lower(name), id) > (${after[0]}, ${after[1]}::uuid)` : tx``;
  return tx<(Template & { nameKey: string })[]>`
    select *, lower(name) as name_key from templates ${start} order by lower(name), id limit ${limit}`;
}

export async function countTemplates(tx: Tx): Promise<number> {
  const [row] = await tx<{ n: number }[]>`select count(*)::int as n from templates`;
  return row?.n ?? 0;
}

/** @param lock `for share` keeps it from being changed or deleted, `for update` also from being used */
export async function findTemplate(
  tx: Tx,
  id: string,
  lock: "none" | "for share" | "for update" = "none",
): Promise<Template | undefined> {
  const locking = { none: tx``, "for share": tx`for share`, "for update": tx`for update` }[lock];
  const [row] = await tx<Template[]>`select * from templates where id = ${id} ${locking}`;
  return row;
}

export async function insertTemplate(
  tx: Tx,
  orgId: OrganisationId,
  fields: TemplateFields & { createdBy: string | null },
): Promise<Template> {
  const { departmentIds, categoryIds } = fields;
  const [row] = await tx<Template[]>`
    insert into templates (id, org_id, name, description, department_ids, category_ids, preset_id, concurrency,
      best_seller_pages, pages_per_product, markup_percent_min, markup_percent_max, budget_cap_cents,
      include_loose_matches, stop_at_cap, is_default, created_by)
    values (${newId()}, ${orgId}, ${fields.name}, ${fields.description}, ${departmentIds && array(departmentIds)}::text[],
      ${categoryIds && array(categoryIds)}::text[], ${fields.presetId}, ${fields.concurrency},
      ${fields.bestSellerPages}, ${fields.pagesPerProduct}, ${fields.markupPercentMin}, ${fields.markupPercentMax},
      ${fields.budgetCapCents}, ${fields.includeLooseMatches}, ${fields.stopAtCap}, ${fields.isDefault},
      ${fields.createdBy})
    returning *`;
  if (!row) throw new Error("the template that was just written is not there");
  return row;
}

export async function updateTemplate(tx: Tx, id: string, fields: TemplateFields): Promise<Template | undefined> {
  const { departmentIds, categoryIds } = fields;
  const [row] = await tx<Template[]>`
    update templates set name = ${fields.name}, description = ${fields.description},
      department_ids = ${departmentIds && array(departmentIds)}::text[],
      category_ids = ${categoryIds && array(categoryIds)}::text[], preset_id = ${fields.presetId},
      concurrency = ${fields.concurrency}, best_seller_pages = ${fields.bestSellerPages},
      pages_per_product = ${fields.pagesPerProduct}, markup_percent_min = ${fields.markupPercentMin},
      markup_percent_max = ${fields.markupPercentMax}, budget_cap_cents = ${fields.budgetCapCents},
      include_loose_matches = ${fields.includeLooseMatches}, stop_at_cap = ${fields.stopAtCap},
      is_default = ${fields.isDefault}, updated_at = now()
    where id = ${id} returning *`;
  return row;
}

/** One at a time gives the default to another template, until its transaction ends. Taken before any template is locked. */
export async function lockDefault(tx: Tx, orgId: OrganisationId): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtextextended(${`default template of ${orgId}`}, 0))`;
}

export async function clearDefault(tx: Tx): Promise<void> {
  await tx`update templates set is_default = false, updated_at = now() where is_default`;
}

export async function deleteTemplate(tx: Tx, id: string): Promise<void> {
  await tx`delete from templates where id = ${id}`;
}

/** The names of the schedules that make runs of the template. */
export async function schedulesUsing(tx: Tx, id: string): Promise<string[]> {
  const rows = await tx<{ name: string }[]>`select name from schedules where template_id = ${id} order by lower(name)`;
  return rows.map(({ name }) => name);
}

import { z } from "zod";
import type { Tx } from "../db/client.ts";
import { storableText } from "../db/storable.ts";
import { ConflictError, NotFoundError, ValidationError } from "../errors.ts";
import { isId, type OrganisationId } from "../ids.ts";
import { keptName, unlessNameTaken } from "../names.ts";
import { cursorPart, DEFAULT_LIMIT, decodeCursor, type Page, toPage } from "../paging.ts";
import {
  clearDefault,
  countTemplates,
  deleteTemplate,
  findTemplate,
  insertTemplate,
  listTemplates,
  lockDefault,
  schedulesUsing,
  type Template,
  type TemplateFields,
  updateTemplate,
} from "./queries.ts";
import type { NewTemplate, TemplatePatch } from "./request.ts";
import { namesSelection, readSelection } from "./selection.ts";

export type { Template };

export async function pageOfTemplates(
  tx: Tx,
  { cursor, limit = DEFAULT_LIMIT }: { cursor?: string; limit?: number },
): Promise<Page<Template> & { total: number }> {
  const after = decodeCursor(cursor, "templates", z.tuple([cursorPart.text, cursorPart.id]));
  const rows = await listTemplates(tx, after, limit + 1);
  const total = await countTemplates(tx);
  return { ...toPage(rows, limit, "templates", ({ nameKey, id }) => [nameKey, id]), total };
}

/** @throws NotFoundError also for ids that are none. */
export async function getTemplate(
  tx: Tx,
  id: string,
  lock: "none" | "for share" | "for update" = "none",
): Promise<Template> {
  const template = isId(id) ? await findTemplate(tx, id, lock) : undefined;
  if (!template) throw new NotFoundError("template");
  return template;
}

/** @throws ConflictError when the name is taken; InvalidError for an unclear, empty or unknown selection */
export async function createTemplate(
  tx: Tx,
  orgId: OrganisationId,
  request: NewTemplate,
  createdBy: string | null = null,
): Promise<Template> {
  if (request.is_default) await takeDefault(tx, orgId);
  const fields = merged({ ...EMPTY, ...(await readSelection(tx, request)) }, request);
  return unlessNameTaken("template", fields.name, insertTemplate(tx, orgId, { ...fields, createdBy }));
}

/** @throws as createTemplate; NotFoundError */
export async function changeTemplate(
  tx: Tx,
  orgId: OrganisationId,
  id: string,
  patch: TemplatePatch,
): Promise<Template> {
  if (patch.is_default) await takeDefault(tx, orgId);
  const before = await getTemplate(tx, id, "for update");
  const selection = namesSelection(patch) ? await readSelection(tx, patch) : {};
  const fields = merged({ ...before, ...selection }, patch);
  const after = await unlessNameTaken("template", fields.name, updateTemplate(tx, before.id, fields));
  if (!after) throw new NotFoundError("template");
  return after;
}

/** @throws ConflictError naming the schedules that use it; NotFoundError */
export async function removeTemplate(tx: Tx, id: string): Promise<void> {
  const { name } = await getTemplate(tx, id, "for update");
  const schedules = await schedulesUsing(tx, id);
  if (schedules.length > 0) {
    const names = schedules.map((schedule) => JSON.stringify(schedule)).join(", ");
    const detail = `The template ${JSON.stringify(name)} is used by schedules: ${names}. Change or delete them first.`;
    throw new ConflictError("template_in_use", detail, { schedules });
  }
  await deleteTemplate(tx, id);
}

const EMPTY: TemplateFields = {
  name: "",
  description: null,
  departmentIds: null,
  categoryIds: null,
  presetId: null,
  concurrency: null,
  bestSellerPages: null,
  pagesPerProduct: null,
  markupPercentMin: null,
  markupPercentMax: null,
  budgetCapCents: null,
  includeLooseMatches: null,
  stopAtCap: null,
  isDefault: false,
};

/** What the request names, else what was there. The selection is not read here. */
function merged(before: TemplateFields, patch: TemplatePatch): TemplateFields {
  const either = <T>(named: T | undefined, old: T): T => (named === undefined ? old : named);
  const description = either(patch.description, before.description);
  const fields = {
    ...before,
    name: patch.name === undefined ? before.name : keptName(patch.name),
    description: description && storableText(description),
    concurrency: either(patch.concurrency, before.concurrency),
    bestSellerPages: either(patch.best_seller_pages, before.bestSellerPages),
    pagesPerProduct: either(patch.pages_per_product, before.pagesPerProduct),
    markupPercentMin: either(patch.markup_percent_min, before.markupPercentMin),
    markupPercentMax: either(patch.markup_percent_max, before.markupPercentMax),
    budgetCapCents: either(patch.budget_cap_cents, before.budgetCapCents),
    includeLooseMatches: either(patch.include_loose_matches, before.includeLooseMatches),
    stopAtCap: either(patch.stop_at_cap, before.stopAtCap),
    isDefault: either(patch.is_default, before.isDefault),
  };
  refuseEmptyBand(fields);
  return fields;
}

/** An end that is left open comes from the settings, and is looked at when a run is made. */
function refuseEmptyBand({ markupPercentMin: min, markupPercentMax: max }: TemplateFields): void {
  if (min === null || max === null || min <= max) return;
  throw new ValidationError([
    { path: "markup_percent_min", message: `must be at most markup_percent_max (${max}), but is ${min}` },
  ]);
}

async function takeDefault(tx: Tx, orgId: OrganisationId): Promise<void> {
  await lockDefault(tx, orgId);
  await clearDefault(tx);
}

import { array } from "../db/array.ts";
import type { Tx } from "../db/client.ts";
import type { OrganisationId, RunId } from "../ids.ts";
import type { runs } from "./schema.ts";

export type Run = Omit<typeof runs.$inferSelect, "id" | "orgId"> & { id: RunId; orgId: OrganisationId };

/** What a new run is made of; everything else starts at its default. */
export type NewRun = Pick<
  Run,
  | "id"
  | "name"
  | "workers"
  | "bestSellerPages"
  | "pagesPerProduct"
  | "markupPercentMin"
  | "markupPercentMax"
  | "includeLooseMatches"
  | "stopAtCap"
  | "categoryIds"
  | "productsSource"
  | "bestSellersPriceMicros"
  | "sellerSearchPriceMicros"
  | "softWarningPercent"
  | "createdBy"
  | "estimatedCostMicros"
  | "budgetCapMicros"
  | "departmentsTotal"
  | "categoriesTotal"
  | "templateId"
  | "presetId"
  | "scheduleId"
  | "rerunOf"
>;

export async function insertRun(tx: Tx, orgId: OrganisationId, run: NewRun): Promise<void> {
  await tx`
    insert into runs (id, org_id, name, workers, best_seller_pages, pages_per_product, markup_percent_min,
      markup_percent_max, include_loose_matches, stop_at_cap, category_ids, products_source, best_sellers_price_micros,
      seller_search_price_micros, soft_warning_percent, created_by, estimated_cost_micros, budget_cap_micros,
      departments_total, categories_total, template_id, preset_id, schedule_id, rerun_of)
    values (${run.id}, ${orgId}, ${run.name}, ${run.workers}, ${run.bestSellerPages}, ${run.pagesPerProduct},
      ${run.markupPercentMin}, ${run.markupPercentMax}, ${run.includeLooseMatches}, ${run.stopAtCap},
      ${array(run.categoryIds)}::text[], ${run.productsSource}, ${run.bestSellersPriceMicros}, ${run.sellerSearchPriceMicros},
      ${run.softWarningPercent}, ${run.createdBy}, ${run.estimatedCostMicros}, ${run.budgetCapMicros},
      ${run.departmentsTotal}, ${run.categoriesTotal}, ${run.templateId}, ${run.presetId}, ${run.scheduleId},
      ${run.rerunOf})`;
}

export async function findRun(tx: Tx, id: RunId): Promise<Run | undefined> {
  const [run] = await tx<Run[]>`select * from runs where id = ${id}`;
  return run;
}

/** The run, locked until the transaction ends: whatever changes its lanes or its status takes this lock first. */
export async function lockRun(tx: Tx, id: RunId): Promise<Run | undefined> {
  const [run] = await tx<Run[]>`select * from runs where id = ${id} for no key update`;
  return run;
}

/** The newest run that has not ended. */
export async function findNewestOpenRun(tx: Tx): Promise<Run | undefined> {
  const [run] = await tx<Run[]>`
    select * from runs where status in ('pending', 'running', 'paused') order by created_at desc, id desc limit 1`;
  return run;
}

export async function listOpenRuns(tx: Tx): Promise<Pick<Run, "id" | "name" | "status" | "pauseReason">[]> {
  return tx`
    select id, name, status, pause_reason from runs where status in ('pending', 'running', 'paused')
    order by created_at desc, id desc`;
}

/** Tells every process that the run has changed; heard when (and only when) the transaction commits. */
export async function announce(tx: Tx, id: RunId): Promise<void> {
  await tx`select pg_notify('run_changed', ${id})`;
}

/** Tells every process that works on runs that this one has another status. */
export async function announceMove(tx: Tx, id: RunId): Promise<void> {
  await tx`select pg_notify('run_moved', ${id})`;
}

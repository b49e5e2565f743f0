import { getCategories } from "../catalog/catalog.ts";
import type { Tx } from "../db/client.ts";
import { NotFoundError } from "../errors.ts";
import { isRunId, type OrganisationId } from "../ids.ts";
import { createRun, type RunSource } from "./create-run.ts";
import { listProducts } from "./item-queries.ts";
import { refuseTooManyRuns } from "./life-cycle.ts";
import { refuseUselessCap } from "./make-run.ts";
import { findRun, type Run } from "./queries.ts";

/** A new run with the configuration of an earlier one, at today's prices. @throws what `createRun` refuses */
export async function rerun(tx: Tx, orgId: OrganisationId, id: string, now: Date): Promise<Run> {
  const run = isRunId(id) ? await findRun(tx, id) : undefined;
  if (!run) throw new NotFoundError("run");
  await refuseTooManyRuns(tx);
  const request = {
    name: `${run.name} (again)`.slice(0, 255),
    source: await sourceOf(tx, run),
    workers: run.workers,
    bestSellerPages: run.bestSellerPages,
    pagesPerProduct: run.pagesPerProduct,
    markupPercentMin: run.markupPercentMin,
    markupPercentMax: run.markupPercentMax,
    includeLooseMatches: run.includeLooseMatches,
    budgetCapMicros: run.budgetCapMicros,
    stopAtCap: run.stopAtCap,
    rerunOf: run.id,
    ...(run.templateId && { templateId: run.templateId }),
    ...(run.presetId && { presetId: run.presetId }),
  };
  const made = await createRun(tx, orgId, request, now);
  refuseUselessCap(made);
  return made;
}

async function sourceOf(tx: Tx, run: Run): Promise<RunSource> {
  if (run.productsSource === null) return { categories: getCategories(run.categoryIds) };
  return { products: await listProducts(tx, run.id), fileName: run.productsSource };
}

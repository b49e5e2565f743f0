import { getCategories } from "../catalog/catalog.ts";
import type { Tx } from "../db/client.ts";
import { ConflictError, InvalidError } from "../errors.ts";
import type { OrganisationId } from "../ids.ts";
import { centsToMicros, MICROS_PER_DOLLAR } from "../money.ts";
import { categoriesOfPreset } from "../presets/presets.ts";
import { runRequestOf } from "../templates/run-request.ts";
import { createRun, type RunRequest } from "./create-run.ts";
import { findIdempotent, insertIdempotent, lockIdempotencyKey } from "./idempotency-queries.ts";
import type { Product } from "./items.ts";
import { refuseTooManyRuns, startRun } from "./life-cycle.ts";
import type { RunRequest as Body } from "./list-request.ts";
import { findRun, type Run } from "./queries.ts";

export interface Made {
  run: Run;
  /** The key was used before for the same request: this is the run that was made then. */
  isReplay: boolean;
}

/**
 * Makes the run that a request asks for, and starts it where it says so. Under an idempotency key the same request is
 * carried out once, however often it comes.
 * @throws ConflictError for a key that was used for another request; what `createRun` refuses
 */
export async function makeRun(
  tx: Tx,
  orgId: OrganisationId,
  body: Body,
  { key, now }: { key: string | null; now: Date },
): Promise<Made> {
  const earlier = key === null ? undefined : await findEarlier(tx, orgId, key, body);
  if (earlier) return { run: earlier, isReplay: true };
  await refuseTooManyRuns(tx);
  const made = await createRun(tx, orgId, await toRequest(tx, body), now);
  const run = body.start ? await startRun(tx, orgId, made.id) : made;
  if (key !== null) await insertIdempotent(tx, orgId, { key, requestSha256: hashOf(body), runId: run.id });
  return { run, isReplay: false };
}

async function findEarlier(tx: Tx, orgId: OrganisationId, key: string, body: Body): Promise<Run | undefined> {
  if (key.length < 1 || key.length > 255) {
    throw new InvalidError("invalid_idempotency_key", "An Idempotency-Key has 1 to 255 characters.");
  }
  // The same request at the same time waits here, and then finds the run.
  await lockIdempotencyKey(tx, orgId, key);
  const earlier = await findIdempotent(tx, key);
  if (!earlier) return undefined;
  if (earlier.requestSha256 === hashOf(body)) return findRun(tx, earlier.runId);
  throw new ConflictError(
    "idempotency_key_reused",
    "This Idempotency-Key was used for another request. Choose a new one.",
  );
}

const hashOf = (body: Body): string => new Bun.CryptoHasher("sha256").update(JSON.stringify(body)).digest("hex");

/** What is asked for: of a template, what the request says otherwise counts. */
export async function toRequest(tx: Tx, body: Body): Promise<RunRequest> {
  refuseUnclearSelection(body);
  const stated = statedIn(body);
  if (body.template_id !== undefined) return { ...(await runRequestOf(tx, body.template_id)), ...stated };
  if (body.preset_id !== undefined) {
    const categories = getCategories(await categoriesOfPreset(tx, body.preset_id));
    return { source: { categories }, presetId: body.preset_id, ...stated };
  }
  if (body.products) return { source: { products: body.products.map(toProduct), fileName: "products" }, ...stated };
  return { source: { categories: getCategories(body.category_ids ?? []) }, ...stated };
}

function statedIn(body: Body): Omit<RunRequest, "source"> {
  return {
    ...(body.name !== undefined && { name: body.name }),
    ...(body.workers !== undefined && { workers: body.workers }),
    ...(body.best_seller_pages !== undefined && { bestSellerPages: body.best_seller_pages }),
    ...(body.pages_per_product !== undefined && { pagesPerProduct: body.pages_per_product }),
    ...(body.markup_percent_min !== undefined && { markupPercentMin: body.markup_percent_min }),
    ...(body.markup_percent_max !== undefined && { markupPercentMax: body.markup_percent_max }),
    ...(body.budget_cap_cents !== undefined && { budgetCapMicros: centsToMicros(body.budget_cap_cents) }),
    ...(body.include_loose_matches !== undefined && { includeLooseMatches: body.include_loose_matches }),
    ...(body.stop_at_cap !== undefined && { stopAtCap: body.stop_at_cap }),
  };
}

function refuseUnclearSelection(body: Body): void {
  const { category_ids: categories, preset_id, template_id, products } = body;
  const named = [categories, preset_id, template_id, products].filter((choice) => choice !== undefined);
  if (named.length !== 1) {
    const detail = "Give exactly one of category_ids, preset_id, template_id and products.";
    throw new InvalidError("one_selection", detail);
  }
  if (categories?.length === 0) throw new InvalidError("empty_selection", "No category is selected.");
  if (products?.length === 0) throw new InvalidError("empty_selection", "The list of products is empty.");
}

function toProduct({ asin, title, price, currency, category }: NonNullable<Body["products"]>[number]): Product {
  return {
    type: "product",
    asin,
    title,
    priceMicros: price === null ? null : Math.round(price * MICROS_PER_DOLLAR),
    currency: currency ?? "USD",
    rank: null,
    rating: null,
    url: null,
    category: category ?? null,
  };
}

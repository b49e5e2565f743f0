import { getCategories } from "../catalog/catalog.ts";
import type { Tx } from "../db/client.ts";
import { storableText } from "../db/storable.ts";
import { ConflictError, InvalidError, NotFoundError, ValidationError } from "../errors.ts";
import type { OrganisationId } from "../ids.ts";
import { centsToMicros, formatUsd, MICROS_PER_DOLLAR } from "../money.ts";
import { keptName } from "../names.ts";
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
  refuseUselessCap(made);
  const run = body.start ? await startRun(tx, orgId, made.id) : made;
  if (key !== null) await insertIdempotent(tx, orgId, { key, requestSha256: hashOf(body), runId: run.id });
  return { run, isReplay: false };
}

/** @throws InvalidError for a run that could not make a single call before its cap, and would wait for ever */
export function refuseUselessCap(run: Run): void {
  const price = run.productsSource === null ? run.bestSellersPriceMicros : run.sellerSearchPriceMicros;
  if (run.budgetCapMicros >= price) return;
  const detail =
    `The cap of ${formatUsd(run.budgetCapMicros)} does not cover a single call, which costs $${price / MICROS_PER_DOLLAR}. ` +
    `Raise it to at least ${formatUsd(price)}.`;
  throw new InvalidError("cap_below_one_call", detail, [{ path: "budget_cap_cents", message: detail }]);
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

/** The order of an object's fields says nothing. */
const hashOf = (body: Body): string =>
  new Bun.CryptoHasher("sha256").update(JSON.stringify(body, sortedFields)).digest("hex");

function sortedFields(_key: string, value: unknown): unknown {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;
}

/** What is asked for: of a template, what the request says otherwise counts. */
export async function toRequest(tx: Tx, body: Body): Promise<RunRequest> {
  refuseUnclearSelection(body);
  const stated = statedIn(body);
  const { template_id, preset_id } = body;
  if (template_id !== undefined) {
    return { ...(await known("template", template_id, runRequestOf(tx, template_id))), ...stated };
  }
  if (preset_id !== undefined) {
    const categories = getCategories(await known("preset", preset_id, categoriesOfPreset(tx, preset_id)));
    return { source: { categories }, presetId: preset_id, ...stated };
  }
  if (body.products) return { source: { products: body.products.map(toProduct), fileName: "products" }, ...stated };
  return { source: { categories: getCategories(body.category_ids ?? []) }, ...stated };
}

/** What is named in a body and is not there makes the body wrong; the address is right. */
async function known<T>(what: "template" | "preset", id: string, search: Promise<T>): Promise<T> {
  try {
    return await search;
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    throw new InvalidError(`unknown_${what}`, `There is no ${what} ${JSON.stringify(id)}. ${error.detail}`);
  }
}

function statedIn(body: Body): Omit<RunRequest, "source"> {
  return {
    ...(body.name !== undefined && { name: keptName(body.name) }),
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

function toProduct(given: NonNullable<Body["products"]>[number], index: number): Product {
  const { price, currency, category } = given;
  return {
    type: "product",
    asin: seen(given.asin, `products.${index}.asin`),
    title: seen(given.title, `products.${index}.title`),
    priceMicros: price === null ? null : Math.round(price * MICROS_PER_DOLLAR),
    currency: storableText(currency ?? "USD").toUpperCase(),
    rank: null,
    rating: null,
    url: null,
    category: category === undefined ? null : storableText(category),
  };
}

/** A search for a title without a word would cost money and find nothing. */
function seen(given: string, path: string): string {
  const text = storableText(given).trim();
  if (/[\p{L}\p{N}]/u.test(text)) return text;
  throw new ValidationError([{ path, message: "must have a letter or a digit" }]);
}

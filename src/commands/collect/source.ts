import { basename } from "node:path";
import { getCategories } from "../../catalog/catalog.ts";
import { EXIT, Failure } from "../../exit.ts";
import type { Preset } from "../../presets/preset.ts";
import { ProductsFileError } from "../../products/products-file-error.ts";
import { readProducts } from "../../products/read-products.ts";
import type { OwnProduct } from "../../products/to-product.ts";
import type { RunRequest, RunSource } from "../../runs/create-run.ts";
import type { Product } from "../../runs/items.ts";
import type { CollectOptions } from "./options.ts";

const REFUSED_SHOWN = 5;

/** What the run will collect, and by which preset; `say` is told what was understood of a products file. */
export async function readSource(
  options: CollectOptions,
  findPreset: (name: string) => Promise<Preset>,
  say: (line: string) => void,
): Promise<Pick<RunRequest, "source" | "presetId">> {
  if (options.products !== undefined) return { source: await readOwnProducts(options.products, say) };
  if (options.preset === undefined) return { source: { categories: getCategories(options.categories ?? []) } };
  const { id, categoryIds } = await findPreset(options.preset);
  return { source: { categories: getCategories(categoryIds) }, presetId: id };
}

async function readOwnProducts(path: string, say: (line: string) => void): Promise<RunSource> {
  const { products, refused, refusedTotal, duplicates } = await readFile(path);
  const notes = [
    `${products.length} products`,
    duplicates > 0 && `${duplicates} listed more than once`,
    refusedTotal > 0 && `${refusedTotal} rows refused`,
  ];
  say(`Read ${basename(path)}: ${notes.filter(Boolean).join(", ")}.`);
  const shown = refused.slice(0, REFUSED_SHOWN);
  for (const { row, reason } of shown) say(`  row ${row}: ${reason}`);
  if (refusedTotal > shown.length) say(`  … and ${refusedTotal - shown.length} more`);
  return { products: products.map(toProduct), fileName: basename(path) };
}

async function readFile(path: string) {
  try {
    return await readProducts(Bun.file(path));
  } catch (error) {
    if (error instanceof ProductsFileError)
      throw new Failure(EXIT.badInput, `${path}: ${error.message}`, { cause: error });
    throw error;
  }
}

function toProduct(own: OwnProduct): Product {
  const { externalId, title, priceMicros, currency, category, rank, url } = own;
  return { type: "product", asin: externalId, title, priceMicros, currency, category, rank, url, rating: null };
}

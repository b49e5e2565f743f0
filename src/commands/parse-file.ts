import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip, zstdDecompress } from "node:zlib";
import { EXIT, Failure } from "../exit.ts";
import { readBestSellersText } from "../marketplaces/amazon/best-sellers.ts";
import { type Listing, readSearchPage, type SearchPage } from "../marketplaces/ebay/search-page.ts";

export type ParsedKind = "ebay-search" | "best-sellers";
export type ParsedFile = ReturnType<typeof searchPageDto> | ReturnType<typeof bestSellersDto>;

/**
 * Reads one stored page or provider answer: plain, or packed with gzip or zstd, whatever the file is called.
 * An answer is JSON with the page in `results[0].content`.
 * @throws Failure (bad input) with one sentence when there is no such file or its packing is damaged. What can be read
 * but is no such page is `unreadable`.
 */
export async function parseFile(kind: ParsedKind, file: string): Promise<ParsedFile> {
  const text = new TextDecoder().decode(await unpack(file, await readBytes(file)));
  return kind === "ebay-search" ? searchPageDto(file, text) : bestSellersDto(file, text);
}

function searchPageDto(file: string, text: string) {
  const page: SearchPage = readSearchPage(pageIn(text));
  return {
    file,
    outcome: page.outcome,
    cards: page.health.cards,
    cards_with_seller: page.health.cardsWithSeller,
    has_next: page.hasNext,
    listings: page.listings.map(listingDto),
  };
}

function listingDto({ position, itemId, title, price, currency, section, seller }: Listing) {
  return {
    position,
    item_id: itemId,
    title,
    price,
    currency,
    section,
    seller: seller && {
      username: seller.username,
      feedback_percent: seller.feedbackPercent,
      feedback_score: seller.feedbackScore,
      feedback_exact: seller.feedbackExact,
    },
  };
}

function bestSellersDto(file: string, text: string) {
  const { outcome, category, products } = readBestSellersText(text);
  return {
    file,
    outcome,
    category,
    products: products.map(({ rank, asin, title, price, currency, url }) => ({
      rank,
      asin,
      title,
      price,
      currency,
      url,
    })),
  };
}

/** The page inside a provider's answer; a text that is no answer is taken as the page itself. */
function pageIn(text: string): string {
  if (!text.trimStart().startsWith("{")) return text;
  const content = contentOf(text);
  return typeof content === "string" ? content : text;
}

function contentOf(json: string): unknown {
  try {
    const answer: { results?: { content?: unknown }[] } = JSON.parse(json);
    return answer.results?.[0]?.content;
  } catch {
    return undefined; // Not JSON after all.
  }
}

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new Failure(EXIT.badInput, `${file} cannot be read: ${reasonOf(error)}.`, { cause: error });
  }
}

async function unpack(file: string, bytes: Uint8Array): Promise<Uint8Array> {
  const packing = PACKINGS.find(({ magic }) => magic.every((byte, index) => bytes[index] === byte));
  if (!packing) return bytes;
  try {
    return await packing.unpack(bytes, { maxOutputLength: MAX_BYTES });
  } catch (error) {
    throw new Failure(EXIT.badInput, `${file} is not a whole ${packing.name} file: ${reasonOf(error)}.`, {
      cause: error,
    });
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "ENOENT") return "there is no such file";
  if (code === "EISDIR") return "it is a folder";
  if (code === "EACCES") return "access is denied";
  return error instanceof Error ? error.message : String(error);
}

const PACKINGS = [
  { name: "gzip", magic: [0x1f, 0x8b], unpack: promisify(gunzip) },
  { name: "zstd", magic: [0x28, 0xb5, 0x2f, 0xfd], unpack: promisify(zstdDecompress) },
];

/** Far above any page: a small file can unpack to gigabytes. */
const MAX_BYTES = 256 * 1024 * 1024;

import { z } from "zod";
import { parsePrice } from "../price.ts";
import type { BestSellersPage } from "./best-sellers.ts";
import {
  type Candidate,
  namesNoCategory,
  PRODUCTS_PER_PAGE,
  toPage,
  toRating,
  unreadablePage,
} from "./best-sellers-page.ts";

// Oxylabs sends numbers, now and then as text, and adds fields at will: each field is read for itself.
const text = z
  .union([z.string(), z.number().transform(String)])
  .nullish()
  .catch(null)
  .transform((value) => value ?? null);
const amount = z
  .union([z.number(), z.string().trim().min(1).transform(Number).pipe(z.number())])
  .nullish()
  .catch(null)
  .transform((value) => value ?? null);

const itemSchema = z.object({
  pos: amount,
  asin: text,
  title: text,
  price: z.union([z.number(), z.string()]).nullish().catch(null),
  price_upper: amount,
  price_str: text,
  currency: text,
  rating: amount,
});

const contentSchema = z.object({
  results: z.array(z.unknown()),
  url: text,
  query: text,
  page: amount,
  pages: amount,
  title: text,
  category: text,
});

const answerSchema = z.object({ results: z.array(z.object({ content: z.unknown() }).loose()).min(1) });

type Item = z.infer<typeof itemSchema>;
type Content = z.infer<typeof contentSchema>;

/** The `content` of a whole Oxylabs answer; anything else is taken for the content itself. */
export function asContent(parsed: unknown): unknown {
  const answer = answerSchema.safeParse(parsed);
  const first = answer.success ? answer.data.results[0] : undefined;
  return first && "content" in first ? first.content : parsed;
}

export function readParsed(parsed: unknown, expectedNode?: string): BestSellersPage {
  const read = contentSchema.safeParse(parsed);
  if (!read.success) return unreadablePage();
  const content = read.data;
  return toPage({
    candidates: content.results.map((item, index) => toCandidate(item, index, content)),
    pageUrl: content.url,
    category: content.category ?? content.title,
    pages: content.pages !== null && content.pages >= 1 ? Math.floor(content.pages) : null,
    wrongCategory: isWrongCategory(content, expectedNode),
  });
}

function isWrongCategory({ title, category, query }: Content, expectedNode: string | undefined): boolean {
  if ([title, category].some((name) => name !== null && namesNoCategory(name))) return true;
  return expectedNode !== undefined && query !== null && query.trim() !== "" && query.trim() !== expectedNode;
}

function toCandidate(value: unknown, index: number, content: Content): Candidate {
  const read = itemSchema.safeParse(value);
  if (!read.success) return { rank: index + 1, asin: null, title: "", price: null, currency: null, rating: null };
  const item = read.data;
  return {
    rank: item.pos !== null && item.pos >= 1 ? Math.floor(item.pos) : positionOf(index, content.page),
    asin: item.asin,
    title: item.title ?? "",
    ...readPrice(item),
    rating: toRating(item.rating),
  };
}

function positionOf(index: number, page: number | null): number {
  const before = page !== null && page >= 1 ? (Math.floor(page) - 1) * PRODUCTS_PER_PAGE : 0;
  return before + index + 1;
}

function readPrice(item: Item): { price: number | null; currency: string | null } {
  const shown = priceOf(item.price) ?? priceOf(item.price_str);
  const currency = item.currency?.trim().toUpperCase() || shown?.currency || null;
  if (shown === null) return { price: null, currency };
  const upper = item.price_upper;
  return { price: upper !== null && upper > 0 ? Math.min(shown.amount, upper) : shown.amount, currency };
}

// 0 means that no price was found on the page, not that the product is free.
function priceOf(value: number | string | null | undefined): { amount: number; currency: string | null } | null {
  const price = typeof value === "number" ? { amount: value, currency: null } : value ? parsePrice(value) : null;
  return price !== null && Number.isFinite(price.amount) && price.amount > 0 ? price : null;
}

import { parsePrice } from "../marketplaces/price.ts";
import { type Columns, currencyOfColumn, FIELDS, type Field } from "./columns.ts";

/** A product of one's own list, searched instead of a best seller. */
export interface OwnProduct {
  /** ASIN or any other id, as the list writes it. */
  externalId: string;
  title: string;
  /** Null when the list gives none: kept, but it cannot be searched. */
  priceMicros: number | null;
  /** ISO 4217 as the list states it; null when it does not. */
  currency: string | null;
  category: string | null;
  rank: number | null;
  url: string | null;
}

/** One row's texts by field, and the currency that its price column names. */
export interface Row {
  row: number;
  fields: Partial<Record<Field, string>>;
  columnCurrency: string | null;
}

const MAX_ID_CHARACTERS = 200;
const MAX_TITLE_CHARACTERS = 1000;
const MAX_PRICE = 1_000_000_000;

export function pickFields(values: Record<string, unknown>, columns: Columns): Omit<Row, "row"> {
  const fields: Row["fields"] = {};
  for (const field of FIELDS) {
    const name = columns[field];
    const value = name === undefined ? undefined : textOf(values[name]);
    if (value) fields[field] = value;
  }
  const priced = PRICE_FIELDS.find((field) => columns[field] !== undefined);
  return { fields, columnCurrency: priced ? currencyOfColumn(columns[priced] ?? "") : null };
}

/** The product of a row, or the reason why there is none. */
export function toProduct({ fields, columnCurrency }: Row): OwnProduct | string {
  const { id, title } = fields;
  if (!title) return "It has no title.";
  if (!id) return "It has no id: give an ASIN, or any id of your own.";
  if (id.length > MAX_ID_CHARACTERS) return `Its id is longer than ${MAX_ID_CHARACTERS} characters.`;
  const price = priceOf(fields);
  return {
    externalId: id,
    title: title.slice(0, MAX_TITLE_CHARACTERS).toWellFormed(),
    priceMicros: price === null ? null : Math.round(price.amount * 1_000_000),
    currency: isoCode(fields.currency) ?? price?.currency ?? columnCurrency,
    category: fields.category ?? null,
    rank: rankOf(fields.rank),
    url: webAddress(fields.url),
  };
}

/** What a buyer pays now: the sale price if it can be read, else the price, else the regular price. */
const PRICE_FIELDS = ["sale_price", "price", "regular_price"] as const;

function priceOf(fields: Row["fields"]): { amount: number; currency: string | null } | null {
  for (const field of PRICE_FIELDS) {
    const price = readPrice(fields[field] ?? "");
    if (price !== null && price.amount > 0 && price.amount <= MAX_PRICE) return price;
  }
  return null;
}

function readPrice(text: string): { amount: number; currency: string | null } | null {
  // A program wrote it: the point is the decimal point even before three digits, and there may be an exponent.
  if (/^\d{1,15}(\.\d{1,20})?(e[+-]?\d{1,3})?$/i.test(text)) return { amount: Number(text), currency: null };
  return /^\D{0,4}[-−]\s*\D{0,4}\d/.test(text) ? null : parsePrice(text);
}

function rankOf(text: string | undefined): number | null {
  const digits = /^#?\s*(\d{1,9})(?:\.0+)?$/.exec(text ?? "")?.[1];
  return digits !== undefined && Number(digits) >= 1 ? Number(digits) : null;
}

function isoCode(text: string | undefined): string | null {
  const code = text?.toUpperCase() ?? "";
  return /^[A-Z]{3}$/.test(code) ? code : null;
}

/** Addresses are shown as links, so nothing but http and https passes. */
function webAddress(text: string | undefined): string | null {
  if (!text || !URL.canParse(text)) return null;
  const url = new URL(text);
  return ["http:", "https:"].includes(url.protocol) ? url.href : null;
}

function textOf(value: unknown): string {
  const text = typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
  return text
    .replace(/[\u200b-\u200f\u2060\ufeff]/g, "")
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
}

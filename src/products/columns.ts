/** What a product is made of; the three prices are tried in this order. */
export const FIELDS = [
  "id",
  "title",
  "sale_price",
  "price",
  "regular_price",
  "currency",
  "category",
  "rank",
  "url",
] as const;

export type Field = (typeof FIELDS)[number];
export type Columns = Partial<Record<Field, string>>;

/** The usual wordings, the most telling first: a file with both "asin" and "id" is read by its ASIN. */
const WORDINGS: Record<Field, readonly string[]> = {
  id: [
    "asin",
    "product asin",
    "parent asin",
    "external id",
    "externalid",
    "product id",
    "productid",
    "sku",
    "seller sku",
    "item id",
    "item number",
    "product code",
    "upc",
    "ean",
    "gtin",
    "isbn",
    "id",
  ],
  title: ["title", "product title", "product name", "item name", "item title", "name", "product", "item"],
  sale_price: ["sale price", "saleprice", "current price", "special price", "discounted price", "deal price"],
  price: ["price", "product price", "item price", "unit price", "amazon price", "selling price", "amount"],
  regular_price: ["regular price", "list price", "original price", "rrp", "msrp"],
  currency: ["currency", "currency code", "price currency"],
  category: ["category", "category name", "product category", "main category", "department", "product type"],
  rank: ["rank", "best seller rank", "bestseller rank", "bsr", "position", "pos"],
  url: ["url", "product url", "product link", "amazon url", "link", "href"],
};

const CURRENCIES = new Set(Intl.supportedValuesOf("currency"));

/** Which of the file's own column names holds which field; columns that mean nothing to us are ignored. */
export function understandColumns(names: readonly string[]): Columns {
  const byPlainName = new Map(names.map((name) => [plainName(name), name] as const).reverse());
  const columns: Columns = {};
  for (const field of FIELDS) {
    const wording = WORDINGS[field].find((one) => byPlainName.has(one));
    const name = wording === undefined ? undefined : byPlainName.get(wording);
    if (name !== undefined) columns[field] = name;
  }
  return columns;
}

/** "price_sek_text" says in its name that the prices are in SEK. */
export function currencyOfColumn(name: string): string | null {
  const words = wordsOf(name).map((word) => word.toUpperCase());
  return words.find((word) => word !== "ALL" && CURRENCIES.has(word)) ?? null;
}

function plainName(name: string): string {
  const words = wordsOf(name).filter((word) => word !== "text");
  const withoutCurrency = words.filter((word) => !CURRENCIES.has(word.toUpperCase()));
  return (words.includes("price") ? withoutCurrency : words).join(" ");
}

// "Product Name", "product_name", "productName" and "PRODUCT-NAME (US)" are the same words.
function wordsOf(name: string): string[] {
  const spaced = name.slice(0, 200).replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2");
  return spaced.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

import { z } from "zod";

/** A job as the provider understood it. */
export interface QueryRequest {
  source: "amazon_bestsellers" | "universal";
  /** The browse node, or the address. */
  subject: string;
  page: number;
  renders: boolean;
  /** `source|query or url|page`: the same question has the same key. */
  key: string;
}

/** The sentence with which the provider answers 400. */
export class QueryRefused extends Error {}

const bodySchema = z.looseObject({ source: z.string() });

const bestSellersSchema = z.object({
  query: z.union([z.string(), z.number().transform(String)]),
  domain: z.literal("com").nullish(),
  start_page: z.int().min(1).nullish(),
  pages: z.literal(1).nullish(),
  parse: z.literal(true),
  render: z.string().nullish(),
});

const universalSchema = z.object({ url: z.string(), render: z.string().nullish() });

/** @throws QueryRefused with the provider's words. */
export function readQuery(text: string): QueryRequest {
  const body = bodySchema.safeParse(parseJson(text));
  if (!body.success) return refuse("Parameter `source` is missing.");
  switch (body.data.source) {
    case "amazon_bestsellers":
      return readBestSellers(body.data);
    case "universal":
      return readUniversal(body.data);
    default:
      return refuse("Unsupported source.");
  }
}

function readBestSellers(body: unknown): QueryRequest {
  const { data, error } = bestSellersSchema.safeParse(body);
  if (error) return refuse(`Parameter \`${error.issues[0]?.path.join(".")}\` is invalid.`);
  const page = data.start_page ?? 1;
  const source = "amazon_bestsellers";
  return { source, subject: data.query, page, renders: data.render !== "", key: `${source}|${data.query}|${page}` };
}

function readUniversal(body: unknown): QueryRequest {
  const { data } = universalSchema.safeParse(body);
  const url = URL.parse(data?.url ?? "");
  if (!data || !url || !/^https?:$/.test(url.protocol)) return refuse("Parameter `url` is invalid.");
  const page = Number(url.searchParams.get("_pgn") ?? 1) || 1;
  return { source: "universal", subject: data.url, page, renders: true, key: `universal|${data.url}|${page}` };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return refuse("Json error: Unexpected value.");
  }
}

function refuse(message: string): never {
  throw new QueryRefused(message);
}

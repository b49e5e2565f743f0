import { z } from "zod";
import { type BestSellersPage, readBestSellersContent } from "../../marketplaces/amazon/best-sellers.ts";
import { readSearchPage, type SearchPage } from "../../marketplaces/ebay/search-page.ts";
import type { Answer, CategoryNode } from "../provider.ts";
import { toError } from "./fault.ts";
import { type FaultName, outcomeOfTarget } from "./outcomes.ts";

/** Reads a stored answer of a search. Never throws: an answer that is none is an `unreadable` page, for it is billed. */
export function readSearch(body: Uint8Array): Answer<SearchPage> {
  const delivery = open(body);
  if (delivery.kind === "fault") return delivery;
  return { kind: "page", page: readSearchPage(typeof delivery.content === "string" ? delivery.content : "") };
}

/** Reads a stored answer of a category's best sellers. Never throws; a page of another category is `wrong_category`. */
export function readBestSellers(body: Uint8Array, category: CategoryNode): Answer<BestSellersPage> {
  const delivery = open(body);
  if (delivery.kind === "fault") return delivery;
  const page = readBestSellersContent(delivery.content, category.nodeId);
  // The provider's parser may give up on a page full of products: only its full success proves an empty list.
  const isDoubtful = page.outcome === "no_results" && !isFullyParsed(delivery.content);
  return { kind: "page", page: isDoubtful ? { ...page, outcome: "unreadable" } : page };
}

type Delivery = { kind: "content"; content: unknown } | Extract<Answer<never>, { kind: "fault" }>;

const statusSchema = z.number().nullish().catch(null);
const answerSchema = z.object({
  results: z.array(z.unknown()).catch([]),
  job: z.object({ status: z.string() }).nullish().catch(null),
});
const resultSchema = z.object({ content: z.unknown(), status_code: statusSchema });
const parsedSchema = z.object({ parse_status_code: statusSchema });

const PARSED_FULLY = 12000;

function open(body: Uint8Array): Delivery {
  const read = answerSchema.safeParse(decode(body));
  if (!read.success) return { kind: "content", content: "" };
  const hasFaulted = read.data.job?.status === "faulted";
  const result = resultSchema.safeParse(read.data.results[0]);
  if (!result.success) return fault(hasFaulted ? "job_faulted" : "no_result");
  const { content, status_code: status } = result.data;
  if (hasFaulted && isEmpty(content) && isSuccess(status)) return fault("job_faulted", status);
  const outcome = status ? outcomeOfTarget(status) : "page";
  return outcome === "page" ? { kind: "content", content } : fault(outcome, status);
}

function fault(name: FaultName, status?: number | null): Delivery {
  const detail = status ? `Status ${status} inside the answer.` : undefined;
  return { kind: "fault", error: toError(name, { status: status ?? undefined, detail }) };
}

const isEmpty = (content: unknown): boolean => content === "" || content === null || content === undefined;
const isSuccess = (status: number | null | undefined): boolean => !status || outcomeOfTarget(status) === "page";

/** A page that came as HTML was not parsed by the provider at all: our own reader vouches for it. */
function isFullyParsed(content: unknown): boolean {
  if (typeof content === "string") return true;
  const read = parsedSchema.safeParse(content);
  return read.success && (read.data.parse_status_code ?? PARSED_FULLY) === PARSED_FULLY;
}

function decode(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}

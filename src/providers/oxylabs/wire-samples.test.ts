import { expect, test } from "bun:test";
import { z } from "zod";
import { ProviderError } from "../errors.ts";
import { createOxylabs } from "./client.ts";

const file = Bun.file(new URL("../../../../shared/data/oxylabs-json/wire-samples-errors.json", import.meta.url));
const hasSamples = await file.exists();

const samplesSchema = z.object({
  samples: z.array(
    z.object({ name: z.string(), status: z.number(), headers: z.record(z.string(), z.string()), body: z.unknown() }),
  ),
});

const REFUSED = "PermanentError bad_request not_billed";
const TOO_MANY = "RetryableError rate_limit not_billed";
const FAULTED = "RetryableError provider_fault not_billed";
const UNFINISHED = "RetryableError provider_fault possibly_billed";

/** By name. Samples of other endpoints than ours are told apart by their status alone. */
const EXPECTED: Record<string, string> = {
  "429 batch over the limit": TOO_MANY,
  "429 single submission over the limit": TOO_MANY,
  "400 malformed JSON": REFUSED,
  "400 unknown source (realtime)": REFUSED,
  "400 unsupported locale": REFUSED,
  "401 no Authorization header": "CredentialsError credentials not_billed",
  "401 wrong user name or password": "CredentialsError credentials not_billed",
  "404 unknown job id": "RetryableError http_error not_billed",
  "404 non-numeric job id": "RetryableError http_error not_billed",
  "408 realtime past its 150 s limit": "RetryableError timeout possibly_billed",
  "422 realtime with an LLM source": REFUSED,
  "204 results of a pending job": UNFINISHED,
  "204 content of a faulted job": FAULTED,
  "204 results of a faulted job without any entry (domain cn)": FAULTED,
  "200 results of a faulted job: one entry with status_code 613": FAULTED,
  "200 realtime of a faulted job": FAULTED,
  '200 amazon_bestsellers with render "" faulted: 613': FAULTED,
  "entry of a job that faulted at once with status_code 400": "PermanentError http_error billed",
  "202 batch with one invalid value": UNFINISHED,
  "202 batch in which every value is invalid": UNFINISHED,
  "202 submission of amazon_bestsellers (headers)": UNFINISHED,
};

const title = "each recorded answer of the provider is booked as documented (skipped without ../shared/data)";

test.skipIf(!hasSamples)(title, async () => {
  const { samples } = samplesSchema.parse(await file.json());
  const booked = await Promise.all(samples.map(async (sample) => [sample.name, await bookingOf(sample)]));
  expect(Object.fromEntries(booked)).toEqual(EXPECTED);
});

async function bookingOf({ status, headers, body }: z.infer<typeof samplesSchema>["samples"][number]): Promise<string> {
  const text = body === null ? null : JSON.stringify(body);
  const fetch = async () => new Response(text, { status, headers });
  const client = createOxylabs({ username: "u", password: "p", fetch });
  const category = { nodeId: "172541", marketplace: "US" } as const;
  const outcome = await client.bestSellers(category, 1, new AbortController().signal).then(
    (fetched) => client.readBestSellers(fetched.body, category),
    (error) => ({ kind: "fault", error }) as const,
  );
  if (outcome.kind === "page") return `page ${outcome.page.outcome}`;
  const { error } = outcome;
  return error instanceof ProviderError ? `${error.name} ${error.code} ${error.billing}` : String(error);
}

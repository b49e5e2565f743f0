import { Type } from "@sinclair/typebox";
import { listQuery } from "../paging.ts";
import type { CallOutcome, CallState } from "./items.ts";

const STATES = ["reserved", "settled", "released"] as const satisfies CallState[];

/** Each outcome once; a new one that is forgotten here does not compile. */
const OUTCOMES = {
  ok: true,
  no_results: true,
  no_sellers_shown: true,
  wrong_category: true,
  blocked: true,
  unreadable: true,
  rate_limit: true,
  timeout: true,
  network: true,
  http_error: true,
  provider_fault: true,
  too_large: true,
  bad_request: true,
  credentials: true,
  quota: true,
  cached: true,
  possibly_billed: true,
  not_sent: true,
} as const satisfies Record<CallOutcome, true>;

const oneOf = <Value extends string>(values: readonly Value[]) =>
  Type.Optional(Type.Union(values.map((value) => Type.Literal(value))));

export const CallQuery = listQuery({
  state: oneOf(STATES),
  outcome: oneOf(Object.keys(OUTCOMES) as CallOutcome[]),
});

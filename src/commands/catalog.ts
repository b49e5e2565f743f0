import { collectable, departments, getCategories } from "../catalog/catalog.ts";
import { toCategoriesJson } from "../catalog/categories-json.ts";
import { ledgered } from "../catalog/ledgered-source.ts";
import { settleAbandonedVerifications, upsertVerification } from "../catalog/verification-queries.ts";
import { type VerificationResult, verificationCalls, verifyCatalog } from "../catalog/verify.ts";
import type { Config } from "../config.ts";
import { withOrganisation } from "../db/client.ts";
import { EXIT, type ExitCode, Failure } from "../exit.ts";
import { centsToMicros, formatUsd } from "../money.ts";
import { CredentialsError, QuotaError } from "../providers/errors.ts";
import { getSettings } from "../settings/settings.ts";
import { providerOf, withContext } from "./context.ts";

export function listCatalog({ json = false }: { json?: boolean }): ExitCode {
  if (json) console.log(JSON.stringify(toCategoriesJson()));
  for (const department of json ? [] : departments) {
    console.log(department.name);
    for (const { id, name, nodeId } of department.categories)
      console.log(`  ${id.padEnd(52)} ${nodeId.padEnd(12)} ${name}`);
  }
  return EXIT.ok;
}

interface VerifyOptions {
  json?: boolean;
  categories?: string[];
  budgetCents?: number;
}

/** Asks the provider for each node (one paid call each) and records what it is. */
export async function verify(config: Config, options: VerifyOptions): Promise<ExitCode> {
  const categories = options.categories ? getCategories(options.categories) : collectable;
  const provider = providerOf(config);
  return withContext(config, async ({ sql, orgId }) => {
    const settings = await withOrganisation(sql, orgId, getSettings);
    const priceMicros = settings.callPriceMicros.bestSellers;
    refuseOverCap(verificationCalls(categories) * priceMicros, options.budgetCents ?? settings.budgetCapCents);
    await withOrganisation(sql, orgId, settleAbandonedVerifications);
    const record = async (result: VerificationResult) => {
      await withOrganisation(sql, orgId, (tx) => upsertVerification(tx, orgId, result));
      print(result, options.json ?? false);
    };
    const signal = new AbortController().signal;
    const source = ledgered(provider, { sql, orgId, priceMicros });
    const results = await verifyCatalog(source, { categories, signal, onResult: record }).catch(refused);
    if (!options.json) console.log(summary(results));
    return EXIT.ok;
  });
}

function refuseOverCap(costMicros: number, capCents: number): void {
  if (costMicros <= centsToMicros(capCents)) return;
  throw new Failure(
    EXIT.usage,
    `Verifying costs ${formatUsd(costMicros)}, over the cap of ${formatUsd(centsToMicros(capCents))}. ` +
      "Raise it with --budget-cents or name fewer --categories.",
  );
}

function refused(error: unknown): never {
  if (error instanceof CredentialsError || error instanceof QuotaError) {
    throw new Failure(EXIT.pausedForPerson, error.message, { cause: error });
  }
  throw error;
}

function print(result: VerificationResult, json: boolean): void {
  if (json) return console.log(JSON.stringify(result));
  const { verdict, category_id, node_id, title, detail } = result;
  console.log(`${verdict.padEnd(14)} ${category_id} (${node_id}) ${title ?? ""}${detail ? `: ${detail}` : ""}`);
}

function summary(results: VerificationResult[]): string {
  const counts = Map.groupBy(results, (result) => result.verdict);
  return [...counts].map(([verdict, list]) => `${list.length} ${verdict}`).join(", ");
}

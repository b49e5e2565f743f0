import { type Sql, withOrganisation } from "../db/client.ts";
import { EXIT, Failure } from "../exit.ts";
import type { OrganisationId } from "../ids.ts";
import { monthOf } from "../money.ts";
import { ProviderError } from "../providers/errors.ts";
import type { BestSellersSource, CategoryNode, Fetched } from "../providers/provider.ts";
import { reserveVerification, settleVerification, type VerificationSettlement } from "./verification-queries.ts";

/**
 * A source whose calls are in the ledger although they belong to no run: each is reserved against the month's cap
 * before it is made and settled after it.
 */
export function ledgered(
  source: BestSellersSource,
  { sql, orgId, priceMicros }: { sql: Sql; orgId: OrganisationId; priceMicros: number },
): BestSellersSource {
  return {
    readBestSellers: (body, category) => source.readBestSellers(body, category),

    async bestSellers(category, page, signal) {
      const month = monthOf(new Date());
      const requestKey = `verify|${category.nodeId}|${page}`;
      const id = await withOrganisation(sql, orgId, (tx) =>
        reserveVerification(tx, orgId, { requestKey, priceMicros, month }),
      );
      if (id === undefined) throw new Failure(EXIT.pausedByBudget, "The month's budget covers no further call.");
      const settle = (settlement: VerificationSettlement) =>
        withOrganisation(sql, orgId, (tx) => settleVerification(tx, id, settlement));
      try {
        const fetched = await source.bestSellers(category, page, signal);
        await settle(settlementOf(source, category, fetched));
        return fetched;
      } catch (error) {
        await settle(
          error instanceof ProviderError
            ? { outcome: error.code, billing: error.billing }
            : { outcome: "possibly_billed", billing: "possibly_billed" },
        );
        throw error;
      }
    },
  };
}

function settlementOf(source: BestSellersSource, category: CategoryNode, { body }: Fetched): VerificationSettlement {
  const answer = source.readBestSellers(body, category);
  if (answer.kind === "page") return { outcome: answer.page.outcome, billing: "billed" };
  return { outcome: answer.error.code, billing: answer.error.billing };
}

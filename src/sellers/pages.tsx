/** @jsxImportSource @kitajs/html */
import { Elysia } from "elysia";
import { SellerListPage } from "../../views/sellers/list-page.tsx";
import { SellerPage } from "../../views/sellers/seller-page.tsx";
import { getFrame } from "../home/frame.ts";
import { html } from "../http/html.ts";
import { nextHref } from "../http/next-href.ts";
import { queryOf } from "../http/query.ts";
import type { WebDeps } from "../http/scope.ts";
import { EvidenceQuery, SellerQuery } from "./list-request.ts";
import { countNewSince, getSeller, pageOfEvidence, pageOfSellers } from "./lists.ts";

const WEEK_MS = 7 * 24 * 60 * 60 * 1000;

export const sellersPages = ({ inOrganisation, orgId, clock }: WebDeps) =>
  new Elysia({ prefix: "/sellers" })
    .get("/", async ({ request }) => {
      const asked = queryOf(SellerQuery, request);
      const now = clock.now();
      const [frame, page, newThisWeek] = await inOrganisation((tx) =>
        Promise.all([
          getFrame(tx, orgId, now),
          pageOfSellers(tx, asked),
          countNewSince(tx, new Date(now.getTime() - WEEK_MS)),
        ]),
      );
      const { rows: sellers, total, nextCursor } = page;
      const shell = { ...frame, origin: new URL(request.url).origin };
      const next = nextHref(request, nextCursor);
      return html(
        <SellerListPage {...{ shell, sellers, total, newThisWeek, asked, next }} query={filtersOf(request)} />,
      );
    })
    .get("/:id", async ({ params, request }) => {
      const asked = queryOf(EvidenceQuery, request);
      const [frame, seller, page] = await inOrganisation(async (tx) => {
        const found = await getSeller(tx, params.id);
        const [around, evidence] = await Promise.all([
          getFrame(tx, orgId, clock.now()),
          pageOfEvidence(tx, found.id, asked),
        ]);
        return [around, found, evidence] as const;
      });
      const shell = { ...frame, origin: new URL(request.url).origin };
      const next = nextHref(request, page.nextCursor);
      return html(<SellerPage {...{ shell, seller, total: page.total, next }} evidence={page.rows} />);
    });

/** The query without its place in the list and without empty values. */
function filtersOf(request: Request): string {
  const given = [...new URL(request.url).searchParams].filter(([name, value]) => name !== "cursor" && value !== "");
  return given.length > 0 ? `?${new URLSearchParams(given)}` : "";
}

import { Elysia } from "elysia";
import { queryOf } from "../http/query.ts";
import type { WebDeps } from "../http/scope.ts";
import { textStream } from "../http/text-stream.ts";
import { toEvidenceJson, toSellerJson } from "./dto.ts";
import { type ExportFormat, exportSellers } from "./export.ts";
import { EvidenceQuery, ExportQuery, SellerQuery } from "./list-request.ts";
import { getSeller, pageOfEvidence, pageOfSellers, toFilter } from "./lists.ts";

export const sellersApi = ({ sql, orgId, inOrganisation, clock }: WebDeps) =>
  new Elysia({ prefix: "/api/sellers" })
    .get("/", async ({ request }) => {
      const query = queryOf(SellerQuery, request);
      const { rows, total, nextCursor } = await inOrganisation((tx) => pageOfSellers(tx, query));
      return { sellers: rows.map(toSellerJson), total, next_cursor: nextCursor };
    })
    .get("/export", ({ request }) => {
      const { format = "csv", ...query } = queryOf(ExportQuery, request);
      const exportedAt = clock.now();
      const options = { format, filter: toFilter(query), exportedAt };
      return new Response(
        textStream((write) => exportSellers(sql, orgId, options, write)),
        { headers: downloadHeaders(format, exportedAt) },
      );
    })
    .get("/:id", ({ params }) => inOrganisation(async (tx) => toSellerJson(await getSeller(tx, params.id))))
    .get("/:id/evidence", async ({ params, request }) => {
      const query = queryOf(EvidenceQuery, request);
      const { rows, total, nextCursor } = await inOrganisation(async (tx) => {
        const seller = await getSeller(tx, params.id);
        return pageOfEvidence(tx, seller.id, query);
      });
      return { evidence: rows.map(toEvidenceJson), total, next_cursor: nextCursor };
    });

const TYPES: Record<ExportFormat, { type: string; extension: string }> = {
  csv: { type: "text/csv; charset=utf-8", extension: "csv" },
  json: { type: "application/json", extension: "json" },
  ndjson: { type: "application/x-ndjson", extension: "ndjson" },
  text: { type: "text/plain; charset=utf-8", extension: "txt" },
};

function downloadHeaders(format: ExportFormat, now: Date): Record<string, string> {
  const { type, extension } = TYPES[format];
  const name = `sellers-${now.toISOString().slice(0, 10)}.${extension}`;
  return { "content-type": type, "content-disposition": `attachment; filename="${name}"`, "cache-control": "no-store" };
}

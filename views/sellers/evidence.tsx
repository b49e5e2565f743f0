/** @jsxImportSource @kitajs/html */
import { listingUrl } from "../../src/sellers/dto.ts";
import type { EvidenceRow } from "../../src/sellers/list-queries.ts";
import { titleSimilarity } from "../../src/sellers/title-similarity.ts";
import { dayAndTime, price, timesPrice } from "../ui/format.ts";
import { OutsideLink } from "../ui/outside-link.tsx";
import { Pager } from "../ui/pager.tsx";

export const NoEvidence = () => (
  <section>
    <p class="hint">No listing of this seller has been seen in a run. Names that were added by hand have none.</p>
  </section>
);

export const EvidenceList = ({ rows, next }: { rows: EvidenceRow[]; next: string | null }) => (
  <>
    <section class="flush">
      <ul class="divide-y" id="evidence-rows">
        {rows.map((row) => (
          <Sighting row={row} />
        ))}
      </ul>
    </section>
    <Pager name="evidence" row="li" note="Times are UTC. Markup is the listing beside the Amazon price." next={next} />
  </>
);

const Sighting = ({ row }: { row: EvidenceRow }) => {
  const product = row.product.type === "product" ? row.product : undefined;
  return (
    <li class="grid gap-x-6 gap-y-2 px-4 py-3 text-xs md:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_9rem]">
      <div class="min-w-0">
        <p class="font-medium text-amazon-text">Amazon</p>
        <p class="truncate text-sm">
          <OutsideLink href={product?.url ?? null} text={product?.title ?? "–"} />
        </p>
        <p class="num text-muted-foreground" safe>
          {`${price(product?.priceMicros ?? null, product?.currency ?? null)} · ${product?.asin ?? "–"}`}
        </p>
      </div>
      <div class="min-w-0">
        <p class="font-medium text-ebay-text">eBay</p>
        <p class="truncate text-sm">
          <OutsideLink href={listingUrl(row.listingId)} text={row.listingTitle} />
        </p>
        <p class="num text-muted-foreground" safe>
          {`${price(row.priceMicros, row.currency)} · page ${row.page}, position ${row.position}${row.counted ? "" : " · looser match"}`}
        </p>
      </div>
      <div class="num flex flex-wrap gap-x-3 text-muted-foreground md:flex-col md:items-end">
        <span>
          <b class="font-medium text-foreground" safe>
            {timesPrice(row.markupPercent)}
          </b>{" "}
          price
        </span>
        <span>
          titles{" "}
          <b class="font-medium text-foreground" safe>
            {similarity(product?.title, row.listingTitle)}
          </b>
        </span>
        <a class="truncate hover:underline" href={`/runs/${row.runId}`} title={row.runName} safe>
          {dayAndTime(row.seenAt)}
        </a>
      </div>
    </li>
  );
};

const similarity = (title: string | undefined, listingTitle: string): string =>
  title === undefined ? "–" : titleSimilarity(title, listingTitle).toFixed(2);

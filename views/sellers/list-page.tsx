/** @jsxImportSource @kitajs/html */
import type { SellerRow, SellerSort } from "../../src/sellers/list-queries.ts";
import { Page } from "../layout/page.tsx";
import type { Shell } from "../layout/shell.ts";
import { count, countOf } from "../ui/format.ts";
import { Icon } from "../ui/icon.tsx";
import { Pager } from "../ui/pager.tsx";
import { SellerTable } from "./table.tsx";

export interface SellerListProps {
  shell: Shell;
  sellers: SellerRow[];
  total: number;
  newThisWeek: number;
  asked: { search?: string; sort?: SellerSort; run_id?: string; flagged?: boolean };
  /** The query of this page without its cursor, beginning with `?` or empty. */
  query: string;
  /** Address of the next page; null on the last one. */
  next: string | null;
}

export const SellerListPage = (props: SellerListProps) => {
  const { shell, sellers, total, newThisWeek, query, next } = props;
  return (
    <Page title="Sellers" current="sellers" shell={shell} api={`/api/sellers${query}`}>
      <div class="pagehead">
        <div>
          <h1>Sellers</h1>
          <p class="num text-muted-foreground">
            <span safe>{`${count(shell.sellers)} in the list, `}</span>
            <span class="plus" safe>{`+${count(newThisWeek)}`}</span> this week
          </p>
        </div>
        <ExportLinks runId={props.asked.run_id} />
      </div>
      <section class="card" aria-label="Seller list">
        <Filters {...props} />
        {sellers.length === 0 ? (
          <NoMatch isFiltered={query !== ""} />
        ) : (
          <>
            <SellerTable sellers={sellers} />
            <Pager name="seller" row="tr" note={countOf(total, "seller")} next={next} />
          </>
        )}
      </section>
    </Page>
  );
};

const ExportLinks = ({ runId }: { runId: string | undefined }) => {
  const of = runId === undefined ? "" : `&run_id=${encodeURIComponent(runId)}`;
  return (
    <div class="flex flex-wrap gap-2">
      <a class="btn" data-variant="outline" href={`/api/sellers/export?format=csv${of}`} download="">
        <Icon name="download" />
        CSV
      </a>
      <a class="btn" data-variant="outline" href={`/api/sellers/export?format=json${of}`} download="">
        JSON
      </a>
      <a class="btn" data-variant="outline" href={`/api/sellers/export?format=text${of}`} download="">
        Names
      </a>
    </div>
  );
};

const SORTS: [SellerSort, string][] = [
  ["newest", "Newest first"],
  ["name", "Name"],
  ["times_seen", "Most matches"],
  ["feedback_score", "Most feedback"],
];

const Filters = ({ asked, shell }: SellerListProps) => (
  <search>
    <form class="flex flex-wrap items-center gap-2 border-b px-3 py-2.5" method="get" action="/sellers">
      <input
        class="input min-w-0 flex-1 basis-52 sm:max-w-96"
        type="search"
        name="search"
        maxlength="255"
        placeholder={`Search ${count(shell.sellers)} sellers`}
        aria-label="Search sellers"
        value={asked.search ?? ""}
        data-key="/"
      />
      <select class="select" name="sort" aria-label="Sort">
        {SORTS.map(([value, label]) => (
          <option value={value} selected={value === (asked.sort ?? "newest")} safe>
            {label}
          </option>
        ))}
      </select>
      {asked.run_id === undefined ? null : <input type="hidden" name="run_id" value={asked.run_id} />}
      <button type="submit" class="btn" data-variant="outline">
        <Icon name="search" />
        Search
      </button>
      {asked.run_id === undefined ? null : (
        <a class="btn" data-variant="ghost" data-size="sm" href="/sellers">
          <Icon name="x" />
          One run only
        </a>
      )}
    </form>
  </search>
);

const NoMatch = ({ isFiltered }: { isFiltered: boolean }) => (
  <div class="empty py-16!">
    <header>
      <figure>
        <Icon name={isFiltered ? "search-x" : "store"} />
      </figure>
      <h2>{isFiltered ? "No seller matches" : "No sellers yet"}</h2>
      <p>
        {isFiltered
          ? "No name on the list contains what you searched for under these filters."
          : "A collection run searches eBay for each product and puts every seller it finds here."}
      </p>
    </header>
    {isFiltered ? (
      <section>
        <a class="btn" data-variant="outline" href="/sellers">
          Clear filters
        </a>
      </section>
    ) : null}
  </div>
);

/** @jsxImportSource @kitajs/html */
import type { ItemRow } from "../../src/runs/item-list-queries.ts";
import type { RunView } from "../../src/runs/lists.ts";
import { count } from "../ui/format.ts";

/** What could not be read, each with its reason. */
export const FailedItems = ({ run, items }: { run: RunView; items: ItemRow[] }) => (
  <section class="card" aria-labelledby="failed-h">
    <header>
      <h2 id="failed-h">Failed</h2>
      <p class="num text-muted-foreground" safe>
        {items.length < run.failedItems
          ? `the first ${items.length} of ${count(run.failedItems)}`
          : count(run.failedItems)}
      </p>
    </header>
    {items.length === 0 ? (
      <section>
        <p class="hint">{run.completedAt === null ? "Nothing failed so far." : "Nothing failed."}</p>
      </section>
    ) : (
      <section class="flush">
        <ul class="divide-y">
          {items.map((item) => (
            <FailedItem item={item} />
          ))}
        </ul>
      </section>
    )}
  </section>
);

const FailedItem = ({ item }: { item: ItemRow }) => (
  <li class="grid grid-cols-[minmax(0,1fr)_auto] gap-x-3 px-4 py-2 text-xs">
    <span class="truncate font-medium" safe>
      {nameOf(item)}
    </span>
    <span class="badge" data-tone="bad" safe>
      {(item.errorCode ?? "unknown").replaceAll("_", " ")}
    </span>
    <span class="col-span-2 break-words text-muted-foreground" safe>
      {item.errorMessage ?? "No reason was given."}
    </span>
  </li>
);

const nameOf = ({ data }: ItemRow): string =>
  data.type === "category" ? `${data.name}, best sellers page ${data.page}` : data.title;

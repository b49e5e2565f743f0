/** @jsxImportSource @kitajs/html */
import type { BusyItem } from "../../src/runs/item-list-queries.ts";
import type { RunView } from "../../src/runs/lists.ts";
import { countOf, elapsed } from "../ui/format.ts";

/** Boxes at most, so that a run with many workers does not push everything else off the screen. */
const SHOWN = 10;

interface UnderWayProps {
  run: RunView;
  busy: BusyItem[];
  now: Date;
}

/** What the workers do at this moment: a box for each, also for those that wait, so that nothing moves. */
export const UnderWay = ({ run, busy, now }: UnderWayProps) =>
  run.status === "running" ? (
    <section class="card" aria-labelledby="busy-h">
      <header>
        <h2 id="busy-h">Workers</h2>
        <p class="num text-muted-foreground" safe>
          {stateText(run, busy)}
        </p>
      </header>
      <section class="p-3!">
        <ol class="grid grid-cols-1 gap-2 sm:grid-cols-2">
          {Array.from({ length: Math.min(run.workers, SHOWN) }, (_, index) => (
            <Worker id={`busy-${index}`} item={busy[index]} now={now} />
          ))}
        </ol>
      </section>
    </section>
  ) : null;

const Worker = ({ id, item, now }: { id: string; item: BusyItem | undefined; now: Date }) => (
  <li class="chip" id={id}>
    <div class="top">
      <span class="dot" data-s={item ? lookOf(item).dot : "idle"} />
      <span class="min-w-0 flex-1 truncate font-medium" safe>
        {nameOf(item)}
      </span>
      <span class="badge" data-tone={item ? lookOf(item).tone : "plain"}>
        {item ? lookOf(item).market : "Idle"}
      </span>
    </div>
    <div class="sub">
      <span safe>{doingOf(item)}</span>
      {item ? (
        <span class="end" data-elapsed={String(agoMs(item, now))} safe>
          {elapsed(agoMs(item, now))}
        </span>
      ) : null}
    </div>
  </li>
);

const LOOKS = {
  best_sellers: { market: "Amazon", tone: "amazon", dot: "fetching", verb: "Reads best sellers" },
  seller_search: { market: "eBay", tone: "ebay", dot: "searching", verb: "Searches sellers" },
} as const;

const lookOf = ({ kind }: BusyItem) => LOOKS[kind];

function nameOf(item: BusyItem | undefined): string {
  if (!item) return "Waits for the next item";
  return item.data.type === "category" ? item.data.name : item.data.title;
}

const doingOf = (item: BusyItem | undefined): string => (item ? `${lookOf(item).verb}, page ${item.page}` : "–");

const agoMs = ({ since }: BusyItem, now: Date): number => Math.max(0, now.getTime() - since.getTime());

function stateText(run: RunView, busy: BusyItem[]): string {
  const fetching = busy.filter(({ kind }) => kind === "best_sellers").length;
  const [searching, idle] = [busy.length - fetching, run.workers - busy.length];
  const parts = [
    fetching && `${fetching} reading Amazon`,
    searching && `${searching} searching eBay`,
    idle && `${idle} idle`,
  ];
  const more = run.workers > SHOWN ? `; ${countOf(Math.min(busy.length, SHOWN), "call")} shown` : "";
  return parts.filter(Boolean).join(", ") + more;
}

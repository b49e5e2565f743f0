/** @jsxImportSource @kitajs/html */
import type { Activity, ActivityDetails } from "../../src/activity/event.ts";
import type { RunView } from "../../src/runs/lists.ts";
import { clock, count, countOf } from "../ui/format.ts";

/** What happened last, newest first. Not a live region: it changes too often to be read out. */
export const ActivityFeed = ({ run, events }: { run: RunView; events: Activity[] }) => (
  <section class="card" aria-labelledby="activity-h">
    <header>
      <h2 id="activity-h">Activity</h2>
      <p class="text-muted-foreground">newest first</p>
    </header>
    {events.length === 0 ? (
      <section>
        <p class="hint">
          {run.completedAt ? "Events are kept for an hour after the end of a run." : "Nothing happened so far."}
        </p>
      </section>
    ) : (
      <section class="flush">
        {/* Scrolls: so it can be reached by keyboard. */}
        <ol class="feed" id="feed" tabindex="0" aria-label="Activity, newest first">
          {events.toReversed().map((event, index) => (
            <ActivityLine event={event} id={`event-${index}`} />
          ))}
        </ol>
      </section>
    )}
  </section>
);

/** Of one height, and filled anew in its place: nothing moves when something happens. */
const ActivityLine = ({ event, id }: { event: Activity; id: string }) => (
  <li id={id}>
    <span class="dot" data-s={dotOf(event)} />
    <span class="truncate" title={textOf(event)} safe>
      {textOf(event)}
    </span>
    <time datetime={event.at.toISOString()} safe>
      {clock(event.at)}
    </time>
  </li>
);

function dotOf({ action, phase }: Activity): "ok" | "error" | "limited" | "fetching" | "searching" | "idle" {
  switch (action) {
    case "inserted":
    case "resumed":
    case "breaker_closed":
    case "complete":
      return "ok";
    case "error":
      return "error";
    case "rate_limited":
    case "retrying":
    case "paused":
    case "breaker_open":
    case "budget_warning":
      return "limited";
    case "deduped":
    case "updated":
      return "idle";
    case "fetching":
    case "found":
      return phase === "amazon" ? "fetching" : "searching";
  }
}

/** What matters comes first: a long name is cut at its end. */
function textOf({ action, phase, details, workerId }: Activity): string {
  const { items_count: items = 0, new_sellers_count: added = 0 } = details;
  const subject = details.product_name ?? details.category ?? "a page";
  const why = details.error_message ?? "";
  switch (action) {
    case "fetching":
      return `Reads ${subject}${pageText(details)}`;
    case "found":
      return `${countOf(items, phase === "amazon" ? "best seller" : "listing")}: ${subject}${pageText(details)}`;
    case "inserted":
      return `${count(added)} new of ${countOf(items, "seller")}: ${subject}`;
    case "deduped":
      return `${countOf(items, "seller")}, all known: ${subject}`;
    case "updated":
      return `${countOf(items, "seller")} brought up to date`;
    case "rate_limited":
      return `${workerId > 0 ? `Worker ${workerId}` : "A call"} was refused for now: too many calls`;
    case "retrying":
      return `Tries again${reasonText(details)}: ${subject}. ${why}`;
    case "error":
      return `Failed${reasonText(details)}: ${subject}. ${why}`;
    case "paused":
      return `The run was paused. ${why}`;
    case "resumed":
      return `The run goes on. ${why}`;
    case "breaker_open":
      return `The provider fails: all workers wait. ${why}`;
    case "breaker_closed":
      return "The provider answers again";
    case "budget_warning":
      return `The budget runs low. ${why}`;
    case "complete":
      return "The run is complete";
  }
}

const pageText = ({ page }: ActivityDetails): string => (page !== undefined && page > 1 ? `, page ${page}` : "");

const reasonText = ({ error_type }: ActivityDetails): string =>
  error_type === undefined ? "" : `, ${error_type.replaceAll("_", " ")}`;

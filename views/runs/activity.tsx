/** @jsxImportSource @kitajs/html */
import type { Activity, ActivityDetails } from "../../src/activity/event.ts";
import type { RunView } from "../../src/runs/lists.ts";
import { clock, countOf } from "../ui/format.ts";

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

function textOf(event: Activity): string {
  const { action, details, workerId } = event;
  const subject = details.product_name ?? details.category;
  switch (action) {
    case "fetching":
      return `${subject ?? "A page"} is being read, page ${details.page ?? 1}.`;
    case "found":
      return `${subject ?? "A page"}: ${foundText(event)}${pageText(details)}.`;
    case "inserted":
      return `${subject ?? "A page"}: ${countOf(details.items_count ?? 0, "seller")}, ${details.new_sellers_count ?? 0} new.`;
    case "deduped":
      return `${subject ?? "A page"}: ${countOf(details.items_count ?? 0, "seller")}, all known.`;
    case "updated":
      return `${countOf(details.items_count ?? 0, "seller")} brought up to date.`;
    case "rate_limited":
      return `${workerId > 0 ? `Worker ${workerId}` : "A call"} was refused for now: too many calls.`;
    case "retrying":
      return `${subject ?? "A page"} is tried again. ${details.error_message ?? ""}`;
    case "error":
      return `${subject ?? "A call"} failed. ${details.error_message ?? ""}`;
    case "paused":
      return `The run was paused. ${details.error_message ?? ""}`;
    case "resumed":
      return "The run goes on.";
    case "breaker_open":
      return `The provider fails: all workers wait. ${details.error_message ?? ""}`;
    case "breaker_closed":
      return "The provider answers again.";
    case "budget_warning":
      return `The budget is running low. ${details.error_message ?? ""}`;
    case "complete":
      return "The run is complete.";
  }
}

const foundText = ({ phase, details }: Activity): string =>
  phase === "amazon"
    ? `${countOf(details.items_count ?? 0, "best seller")} read`
    : countOf(details.items_count ?? 0, "listing");

const pageText = ({ page }: ActivityDetails): string => (page !== undefined && page > 1 ? ` on page ${page}` : "");

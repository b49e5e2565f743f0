/** @jsxImportSource @kitajs/html */
import type { RunState } from "../../src/runs/state.ts";
import type { Frame } from "../layout/shell.ts";
import { FramePush } from "../layout/side-nav.tsx";
import { ActivityFeed } from "./activity.tsx";
import { RunBanner } from "./banner.tsx";
import { FailedItems } from "./failed-items.tsx";
import { RunMetrics } from "./metrics.tsx";
import { NewSellers } from "./new-sellers.tsx";
import { RunProgress } from "./progress.tsx";
import { StatusBadge } from "./status.tsx";
import { UnderWay } from "./under-way.tsx";

/** The parts of the page that change, by the id of the element that holds each. */
export const RUN_PARTS = {
  "run-status": ({ run }: RunState) => <StatusBadge run={run} />,
  "run-banner": ({ run, throttled, now }: RunState) => <RunBanner run={run} throttled={throttled} now={now} />,
  "run-progress": ({ run, now }: RunState) => <RunProgress run={run} now={now} />,
  "run-busy": ({ run, busy, now }: RunState) => <UnderWay run={run} busy={busy} now={now} />,
  "run-new": ({ run, newSellers }: RunState) => <NewSellers run={run} sellers={newSellers} />,
  "run-failed": ({ run, failures }: RunState) => <FailedItems run={run} items={failures.items} />,
  "run-metrics": ({ run, failures, now }: RunState) => <RunMetrics run={run} failures={failures.groups} now={now} />,
  "run-activity": ({ run, activity }: RunState) => <ActivityFeed run={run} events={activity} />,
} as const;

export type RunPart = keyof typeof RUN_PARTS;

/** One part in its place, for the first load. */
export const RunSlot = ({ part, state }: { part: RunPart; state: RunState }) => (
  <div id={part} class="empty:hidden">
    {RUN_PARTS[part](state)}
  </div>
);

/** The same parts as one message of the live stream. Morphing keeps focus, selection and scroll positions. */
export const RunPush = ({ state, frame }: { state: RunState; frame: Frame }) => (
  <>
    {Object.entries(RUN_PARTS).map(([id, part]) => (
      <hx-partial hx-target={`#${id}${holdOf(id, state)}`} hx-swap="innerMorph">
        {part(state)}
      </hx-partial>
    ))}
    <FramePush frame={frame} />
  </>
);

/** What moves down all the time stays as it is under the pointer or the focus: nobody clicks what has just moved away. */
const MOVING: readonly string[] = ["run-new", "run-activity"] satisfies RunPart[];

const holdOf = (id: string, { run }: RunState): string =>
  MOVING.includes(id) && run.status === "running" ? ":not(:hover):not(:focus-within)" : "";

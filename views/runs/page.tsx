/** @jsxImportSource @kitajs/html */
import type { RunState } from "../../src/runs/state.ts";
import { FINAL_STATUSES } from "../../src/runs/status.ts";
import { Page } from "../layout/page.tsx";
import type { Shell } from "../layout/shell.ts";
import { Banner } from "../ui/banner.tsx";
import { Icon } from "../ui/icon.tsx";
import { RunSlot } from "./live.tsx";

/** Seconds between reloads where scripts are off. */
const REFRESH_SECONDS = 5;

/** The page of a run: it follows the run by itself, and by reloading where scripts are off. */
export const RunPage = ({ shell, state }: { shell: Shell; state: RunState }) => {
  const { run } = state;
  const isFinal = FINAL_STATUSES.some((status) => status === run.status);
  return (
    <Page
      title={run.name}
      current="collections"
      shell={shell}
      api={`/api/collection/runs/${run.id}/progress`}
      refreshSeconds={isFinal ? undefined : REFRESH_SECONDS}
    >
      <div class="pagehead">
        <div>
          <nav class="crumbs" aria-label="Breadcrumb">
            <a href="/">Collections</a>
            <Icon name="chevron-right" />
            <span aria-current="page">Run</span>
          </nav>
          <div class="flex flex-wrap items-center gap-2">
            <h1 class="min-w-0 break-words" safe>
              {run.name}
            </h1>
            <RunSlot part="run-status" state={state} />
          </div>
        </div>
      </div>
      {isFinal ? null : <LiveStream runId={run.id} />}
      <RunSlot part="run-banner" state={state} />
      <RunSlot part="run-progress" state={state} />
      <div class="split">
        <div class="stack">
          <RunSlot part="run-busy" state={state} />
          <RunSlot part="run-new" state={state} />
          <RunSlot part="run-failed" state={state} />
        </div>
        <div class="stack lg:sticky lg:top-5">
          <RunSlot part="run-metrics" state={state} />
          <RunSlot part="run-activity" state={state} />
        </div>
      </div>
    </Page>
  );
};

const LiveStream = ({ runId }: { runId: string }) => (
  <div class="toasts" hx-sse:connect={`/runs/${runId}/live`} hx-sse:close="end" hx-swap="none" data-live hidden>
    <Banner tone="warn" title="Connection lost. Reconnecting" text="The run goes on without this page." />
  </div>
);

/** @jsxImportSource @kitajs/html */
import type { RunView } from "../../src/runs/lists.ts";
import type { PauseReason } from "../../src/runs/status.ts";
import { Icon, type IconName } from "../ui/icon.tsx";

interface Look {
  label: string;
  tone: "ebay" | "ok" | "warn" | "bad" | "plain";
  icon: IconName;
  dot: "searching" | "ok" | "limited" | "error" | "idle";
}

const PAUSED: Record<PauseReason, Pick<Look, "label" | "tone" | "dot">> = {
  manual: { label: "Paused", tone: "warn", dot: "limited" },
  budget: { label: "Stopped at budget", tone: "bad", dot: "error" },
  provider: { label: "Waits for the provider", tone: "warn", dot: "limited" },
  drift: { label: "Paused: pages changed", tone: "bad", dot: "error" },
  credentials: { label: "Paused: credentials", tone: "bad", dot: "error" },
  quota: { label: "Paused: plan used up", tone: "bad", dot: "error" },
  shutdown: { label: "Interrupted", tone: "warn", dot: "limited" },
};

type State = Pick<RunView, "status" | "pauseReason">;

function lookOf(run: State): Look {
  switch (run.status) {
    case "pending":
      return { label: "Not started", tone: "plain", icon: "circle-pause", dot: "idle" };
    case "running":
      return { label: "Live", tone: "ebay", icon: "radio", dot: "searching" };
    case "paused":
      return {
        ...PAUSED[run.pauseReason ?? "manual"],
        icon: run.pauseReason === "budget" ? "octagon-x" : "circle-pause",
      };
    case "completed":
      return { label: "Completed", tone: "ok", icon: "circle-check", dot: "ok" };
    case "failed":
      return { label: "Failed", tone: "bad", icon: "octagon-x", dot: "error" };
    case "cancelled":
      return { label: "Cancelled", tone: "plain", icon: "x", dot: "idle" };
  }
}

export const StatusBadge = ({ run }: { run: State }) => {
  const { label, tone, icon } = lookOf(run);
  return (
    <span class="badge" data-tone={tone}>
      <Icon name={icon} />
      <span safe>{label}</span>
    </span>
  );
};

export const StatusDot = ({ run }: { run: State }) => {
  const { label, dot } = lookOf(run);
  return (
    <span class="flex items-center gap-1.5">
      <span class="dot" data-s={dot} data-pulse={run.status === "running" ? "" : undefined} />
      <span safe>{label}</span>
    </span>
  );
};

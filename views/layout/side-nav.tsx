/** @jsxImportSource @kitajs/html */
import { etaMs } from "../../src/runs/pace.ts";
import { count, dollars, month, roughly } from "../ui/format.ts";
import { Icon, type IconName, Logo } from "../ui/icon.tsx";
import { BudgetMeter, PhaseBar } from "../ui/meters.tsx";
import type { Frame, Shell } from "./shell.ts";

export const SideNav = ({ current, shell }: { current: "collections" | "sellers"; shell: Shell }) => (
  <nav class="sidenav" id="nav" popover aria-label="Main">
    <div class="flex h-14 items-center gap-2 px-4 text-base font-semibold tracking-tight">
      <Logo class="size-6" />
      SellerCollection
      <button
        type="button"
        class="btn ms-auto lg:hidden"
        data-variant="ghost"
        data-size="icon-sm"
        popovertarget="nav"
        popovertargetaction="hide"
        aria-label="Close menu"
      >
        <Icon name="x" />
      </button>
    </div>
    <div class="flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto px-3 py-1">
      <ul>
        <NavLink href="/" icon="layers" label="Collections" current={current === "collections"} />
        <NavLink
          href="/sellers"
          icon="store"
          label="Sellers"
          current={current === "sellers"}
          tail={<NavSellers frame={shell} />}
        />
      </ul>
    </div>
    <div class="p-3" id="nav-now">
      <NavNow frame={shell} />
    </div>
  </nav>
);

/** What changes in the frame while a run goes on, as parts of a live message. */
export const FramePush = ({ frame }: { frame: Frame }) => (
  <>
    <hx-partial hx-target="#nav-sellers" hx-swap="outerHTML">
      <NavSellers frame={frame} />
    </hx-partial>
    <hx-partial hx-target="#nav-now" hx-swap="innerMorph">
      <NavNow frame={frame} />
    </hx-partial>
  </>
);

const NavSellers = ({ frame }: { frame: Frame }) => (
  <span class="tail" id="nav-sellers" safe>
    {count(frame.sellers)}
  </span>
);

const NavNow = ({ frame }: { frame: Frame }) => (
  <div class="flex flex-col gap-3">
    {frame.running ? <RunningRun run={frame.running} now={frame.now} /> : null}
    <MonthSpend frame={frame} />
  </div>
);

interface NavLinkProps {
  href: string;
  icon: IconName;
  label: string;
  current: boolean;
  tail?: JSX.Element;
}

const NavLink = ({ href, icon, label, current, tail }: NavLinkProps) => (
  <li>
    <a href={href} aria-current={current ? "page" : undefined}>
      <Icon name={icon} />
      <span safe>{label}</span>
      {tail as "safe"}
    </a>
  </li>
);

const RunningRun = ({ run, now }: { run: NonNullable<Frame["running"]>; now: Date }) => {
  const eta = etaMs(run, now);
  return (
    <a
      href={`/runs/${run.id}`}
      class="flex flex-col gap-1.5 rounded-lg border bg-card p-2.5 transition-colors hover:border-input"
    >
      <span class="flex items-center gap-1.5 text-xs font-medium">
        <span class="dot" data-s="searching" data-pulse="" />
        <span class="min-w-0 flex-1 truncate" safe>
          {run.name}
        </span>
        <span class="num font-normal text-muted-foreground" safe>
          {eta === null ? "running" : `${roughly(eta)} left`}
        </span>
      </span>
      <PhaseBar run={run} />
    </a>
  );
};

const MonthSpend = ({ frame: { spend, now } }: { frame: Frame }) => (
  <div class="px-1">
    <p class="flex justify-between text-xs">
      <span class="text-muted-foreground" safe>
        {month(now)}
      </span>
      <span class="num">
        <span safe>{dollars(spend.spentMicros)}</span>{" "}
        <span class="text-muted-foreground" safe>
          {spend.capMicros === null ? "spent" : `/ ${dollars(spend.capMicros)}`}
        </span>
      </span>
    </p>
    {spend.capMicros === null ? null : (
      <div class="mt-1">
        <BudgetMeter
          label="Spend this month"
          usedMicros={spend.spentMicros}
          capMicros={spend.capMicros}
          warnPercent={spend.warnPercent}
        />
      </div>
    )}
  </div>
);

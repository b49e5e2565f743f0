/** @jsxImportSource @kitajs/html */
import type { RunView } from "../../src/runs/lists.ts";
import { costPerNewSeller } from "../../src/runs/pace.ts";
import type { SellerRow } from "../../src/sellers/list-queries.ts";
import { Page } from "../layout/page.tsx";
import type { Shell } from "../layout/shell.ts";
import { FramePush } from "../layout/side-nav.tsx";
import { PhasesAndMoney } from "../runs/progress.tsx";
import { StatusDot } from "../runs/status.tsx";
import { SellerChip } from "../sellers/chip.tsx";
import { count, day, dollars, fineDollars, month } from "../ui/format.ts";
import { Icon, type IconName } from "../ui/icon.tsx";
import { BudgetMeter } from "../ui/meters.tsx";
import { RunTable } from "./run-table.tsx";

/** Runs on a page. */
export const RUNS_SHOWN = 20;

export interface HomeProps {
  shell: Shell;
  runs: RunView[];
  totalRuns: number;
  /** The newest run that is over. */
  lastFinished: RunView | undefined;
  newest: SellerRow[];
  newThisWeek: number;
  /** Address of older runs; null when all are shown. */
  next: string | null;
  /** Whether these are the newest runs: older pages do not change, and do not follow. */
  isFirst: boolean;
}

export const HomePage = (props: HomeProps) => (
  <Page title="Collections" current="collections" shell={props.shell} api="/api/collection/runs">
    <div class="pagehead">
      <div>
        <h1>Collections</h1>
        <p class="text-muted-foreground">Which eBay sellers list what Amazon sells best.</p>
      </div>
    </div>
    <div id="home" class="flex flex-col gap-5">
      <Home {...props} />
    </div>
    {props.isFirst ? <div hx-get="/now" hx-trigger="every 3s" hx-swap="none" hidden /> : null}
  </Page>
);

/** The page's content anew, as htmx asks for it while the page is open. */
export const HomePush = (props: HomeProps) => (
  <>
    <hx-partial hx-target={`#home${UNTOUCHED}`} hx-swap="innerMorph">
      <Home {...props} />
    </hx-partial>
    <FramePush frame={props.shell} />
  </>
);

/** Older runs that were loaded below the newest would go away, so such a page stays as it is. */
const UNTOUCHED = `:not(:has(#run-rows > tr:nth-child(${RUNS_SHOWN + 1})))`;

const Home = (props: HomeProps) =>
  props.totalRuns === 0 && props.shell.sellers === 0 ? <NothingYet /> : <Overview {...props} />;

const NothingYet = () => (
  <section class="card">
    <div class="empty py-16!">
      <header>
        <figure>
          <Icon name="layers" />
        </figure>
        <h2>No sellers yet</h2>
        <p>
          A run reads Amazon best-seller categories, searches eBay for each product and puts every seller it finds here.
          Start one from the command line:
        </p>
      </header>
      <section>
        <code class="rounded-lg border bg-background px-3 py-2 font-mono text-2xs">
          sellercollection collect --categories electronics
        </code>
      </section>
    </div>
  </section>
);

const Overview = (props: HomeProps) => (
  <>
    <KeyFigures {...props} />
    {props.shell.running ? <RunningCard run={props.shell.running} /> : null}
    <div class="grid grid-cols-1 items-start gap-5 lg:grid-cols-[minmax(0,1fr)_22rem]">
      <RunTable runs={props.runs} total={props.totalRuns} next={props.next} />
      <section class="card" aria-labelledby="newest-h">
        <header>
          <h2 id="newest-h">Newest sellers</h2>
          <div class="end">
            <a class="btn" data-variant="ghost" data-size="sm" href="/sellers">
              All sellers
            </a>
          </div>
        </header>
        <section class="p-3!">
          {props.newest.length === 0 ? (
            <p class="hint p-1">None yet.</p>
          ) : (
            <ol class="grid-sellers grid-cols-2! max-lg:grid-cols-[repeat(auto-fill,minmax(10rem,1fr))]!">
              {props.newest.map((seller, index) => (
                <SellerChip seller={seller} id={`new-${index}`} />
              ))}
            </ol>
          )}
        </section>
      </section>
    </div>
  </>
);

const KeyFigures = ({ shell, lastFinished: last, newThisWeek }: HomeProps) => {
  const { spend, now } = shell;
  const perSeller = last ? costPerNewSeller(last) : null;
  return (
    <section aria-label="Key figures">
      <dl class="stats">
        <Figure icon="store" term="Sellers" value={count(shell.sellers)} sub="in the list" />
        <Figure icon="sparkles" term="New this week" value={count(newThisWeek)} sub="first seen in 7 days" />
        <div>
          <dt>
            <Icon name="wallet" />
            <span safe>{`Spent in ${month(now)}`}</span>
          </dt>
          <dd safe>{dollars(spend.spentMicros)}</dd>
          <dd class="sub">
            {spend.capMicros === null ? (
              "no monthly cap"
            ) : (
              <BudgetMeter
                label="Spend this month"
                usedMicros={spend.spentMicros}
                capMicros={spend.capMicros}
                warnPercent={spend.warnPercent}
              />
            )}
          </dd>
        </div>
        <Figure
          icon="target"
          term="Cost per new seller"
          value={perSeller === null ? "–" : fineDollars(perSeller)}
          sub="in the last finished run"
        />
        <Figure
          icon="history"
          term="Last finished run"
          value={last ? `+${count(last.sellersNew)}` : "–"}
          sub={last?.completedAt ? day(last.completedAt) : "none yet"}
        />
      </dl>
    </section>
  );
};

const Figure = ({ icon, term, value, sub }: { icon: IconName; term: string; value: string; sub: string }) => (
  <div>
    <dt>
      <Icon name={icon} />
      <span safe>{term}</span>
    </dt>
    <dd safe>{value}</dd>
    <dd class="sub" safe>
      {sub}
    </dd>
  </div>
);

const RunningCard = ({ run }: { run: RunView }) => (
  <article class="card" aria-labelledby="running-h">
    <header>
      <h2 id="running-h" class="min-w-0 break-words">
        <a class="hover:underline" href={`/runs/${run.id}`} safe>
          {run.name}
        </a>
      </h2>
      <div class="end text-xs">
        <StatusDot run={run} />
      </div>
    </header>
    <PhasesAndMoney run={run} />
  </article>
);

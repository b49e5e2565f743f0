/** @jsxImportSource @kitajs/html */
import type { RunView } from "../../src/runs/lists.ts";
import { StatusDot } from "../runs/status.tsx";
import { count, countOf, dayAndTime, dollars } from "../ui/format.ts";
import { Pager } from "../ui/pager.tsx";

interface RunTableProps {
  runs: RunView[];
  total: number;
  /** Address of older runs; null when all are shown. */
  next: string | null;
}

export const RunTable = ({ runs, total, next }: RunTableProps) => (
  <section class="card" aria-labelledby="runs-h">
    <header>
      <h2 id="runs-h">Runs</h2>
      <p class="num text-muted-foreground" safe>{`${count(total)}, newest first`}</p>
    </header>
    {runs.length === 0 ? (
      <section>
        <p class="hint">No run yet.</p>
      </section>
    ) : (
      <div class="table-container border-t">
        <table class="table">
          <thead>
            <tr>
              <th class="text-start">Run</th>
              <th class="text-start max-sm:hidden">State</th>
              <th class="r max-sm:hidden">Products</th>
              <th class="r">New</th>
              <th class="r">Cost</th>
              <th class="text-start max-xl:hidden">Made</th>
            </tr>
          </thead>
          <tbody id="run-rows">
            {runs.map((run) => (
              <Row run={run} />
            ))}
          </tbody>
        </table>
      </div>
    )}
    <Pager name="run" row="tr" note={countOf(total, "run")} next={next} />
  </section>
);

const Row = ({ run }: { run: RunView }) => (
  <tr>
    <td class="w-full max-w-0">
      <a class="block truncate font-medium hover:underline" href={`/runs/${run.id}`} title={run.name} safe>
        {run.name}
      </a>
      <div class="text-xs text-muted-foreground sm:hidden">
        <StatusDot run={run} />
      </div>
    </td>
    <td class="text-xs text-muted-foreground max-sm:hidden">
      <StatusDot run={run} />
    </td>
    <td class="r num max-sm:hidden" safe>{`${count(run.productsSearched)} / ${count(run.productsTotal)}`}</td>
    <td class="r plus" safe>{`+${count(run.sellersNew)}`}</td>
    <td class="r num" safe>
      {dollars(run.spentMicros)}
    </td>
    <td class="num text-muted-foreground max-xl:hidden" safe>
      {dayAndTime(run.createdAt)}
    </td>
  </tr>
);

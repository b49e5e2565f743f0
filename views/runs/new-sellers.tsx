/** @jsxImportSource @kitajs/html */
import type { RunView } from "../../src/runs/lists.ts";
import type { SellerRow } from "../../src/sellers/list-queries.ts";
import { SellerChip } from "../sellers/chip.tsx";
import { count, countOf } from "../ui/format.ts";

/** The sellers that the run put on the list, newest first. */
export const NewSellers = ({ run, sellers }: { run: RunView; sellers: SellerRow[] }) => (
  <section class="card" aria-labelledby="new-h">
    <header>
      <h2 id="new-h">New sellers in this run</h2>
      <p class="num text-muted-foreground" safe>{`${count(run.sellersNew)}, newest first`}</p>
      <div class="end">
        <a class="btn" data-variant="ghost" data-size="sm" href={`/sellers?run_id=${run.id}`}>
          Show all found
        </a>
      </div>
    </header>
    <section class="p-3!">
      {sellers.length === 0 ? (
        <p class="hint p-1" safe>
          {noneText(run)}
        </p>
      ) : (
        <ol class="grid-sellers">
          {sellers.map((seller, index) => (
            <SellerChip seller={seller} id={`new-${index}`} />
          ))}
        </ol>
      )}
    </section>
  </section>
);

function noneText(run: RunView): string {
  if (run.sellersFound > 0)
    return `None${run.completedAt ? "" : " so far"}: ${countOf(run.sellersFound, "seller")} found, all on the list already.`;
  return run.completedAt ? "None." : "None yet. Each seller shows here as soon as it is found.";
}

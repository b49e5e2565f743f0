import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Tx } from "../../src/db/client.ts";
import type { Database, World } from "./world.ts";

export interface RunRow {
  id: string;
  status: string;
  pauseReason: string | null;
  statusMessage: string | null;
  completedItems: number;
  budgetCapMicros: number;
  spentMicros: number;
  sureMicros: number;
  reservedMicros: number;
  calls: number;
  billedCalls: number;
}

/** The newest run, if there is one. */
export async function findRun(tx: Tx): Promise<RunRow | undefined> {
  const [run] = await tx<RunRow[]>`select * from runs order by created_at desc limit 1`;
  return run;
}

export async function getRun(tx: Tx): Promise<RunRow> {
  const run = await findRun(tx);
  if (!run) throw new Error("there is no run");
  return run;
}

/** Normalised names on the master list. */
export async function listedSellers(tx: Tx): Promise<string[]> {
  const rows = await tx<{ name: string }[]>`
    select normalized_name as name from sellers where listed order by normalized_name collate "C"`;
  return rows.map((row) => row.name);
}

/** What must hold whenever no process is at work: each is a statement that counts the rows that break it. */
const RULES: Record<string, (tx: Tx) => Promise<{ broken: number }[]>> = {
  "no call is open": (tx) => tx`select count(*)::int as broken from provider_calls where state = 'reserved'`,
  "nothing is reserved": (tx) => tx`
    select (select count(*) from runs where reserved_micros <> 0)::int
      + (select count(*) from budget_months where reserved_micros <> 0)::int as broken`,
  "no item is held by anybody": (tx) => tx`
    select count(*)::int as broken from collection_items where status = 'processing'`,
  "each page was read once": (tx) => tx`
    select count(*)::int as broken from (
      select 1 from provider_calls where billing = 'billed' and outcome in ('ok', 'no_results')
      group by item_id, page having count(*) > 1) twice`,
  "an item that is done has its answer": (tx) => tx`
    select count(*)::int as broken from collection_items i where status = 'completed' and not exists (
      select 1 from provider_calls c where c.item_id = i.id
        and (c.outcome = 'cached' or (c.billing = 'billed' and c.outcome in ('ok', 'no_results'))))`,
  "the evidence of a page was written once": (tx) => tx`
    select count(*)::int as broken from (
      select 1 from sightings group by run_id, item_id, page, position, section having count(*) > 1) twice`,
  "the evidence comes from booked answers": (tx) => tx`
    select count(*)::int as broken from sightings s left join provider_calls c on c.id = s.call_id
    where c.state is distinct from 'settled' or c.item_id <> s.item_id`,
  "the run's money is the ledger's": (tx) => tx`
    select count(*)::int as broken from runs r, lateral (
      select coalesce(sum(cost_micros), 0) as spent,
        coalesce(sum(cost_micros) filter (where billing = 'billed'), 0) as sure,
        count(*) filter (where outcome not in ('not_sent', 'cached')) as calls, count(*) filter (where billing = 'billed') as billed
      from provider_calls c where c.run_id = r.id) ledger
    where (r.spent_micros, r.sure_micros, r.calls, r.billed_calls)
      is distinct from (ledger.spent, ledger.sure, ledger.calls, ledger.billed)`,
  "the month's money is the ledger's": (tx) => tx`
    select count(*)::int as broken from budget_months m where m.spent_micros <> (
      select coalesce(sum(cost_micros), 0) from provider_calls c where c.month = m.month)`,
  "no cap is passed": (tx) => tx`
    select count(*)::int as broken from runs where spent_micros + reserved_micros > budget_cap_micros`,
  "nobody holds a run": (tx) => tx`select count(*)::int as broken from lanes`,
  "no segment is left open": (tx) => tx`
    select count(*)::int as broken from runs where status <> 'running' and entry_id is not null`,
  "the run's counters are what is there": (tx) => tx`
    select count(*)::int as broken from runs r where
      (r.sellers_found, r.sellers_new) <> (select count(*), count(*) filter (where is_new) from run_sellers s where s.run_id = r.id)
      or r.listings_seen <> (select count(*) from sightings s where s.run_id = r.id)
      or (r.total_items, r.completed_items, r.failed_items, r.skipped_items) <> (
        select count(*), count(*) filter (where status = 'completed'), count(*) filter (where status = 'failed'),
          count(*) filter (where status = 'skipped') from collection_items i where i.run_id = r.id)`,
  "a seller is seen once per product": (tx) => tx`
    select count(*)::int as broken from sellers s where s.times_seen <> (
      select count(distinct (run_id, item_id)) from sightings g where g.seller_id = s.id and g.counted)`,
  "changes are numbered without gaps": (tx) => tx`
    select count(*)::int as broken from (
      select number, row_number() over (order by number) as place from seller_changes) c where number <> place`,
  "the list's state is its last change": (tx) => tx`
    select count(*)::int as broken from list_states where
      last_change <> (select count(*) from seller_changes) or seller_count <> (select count(*) from sellers where listed)`,
  "each listed seller has one open version, begun by its change": (tx) => tx`
    select count(*)::int as broken from sellers s full join (select * from seller_versions where valid_to is null) v
      on v.seller_id = s.id left join seller_changes c on c.seller_id = v.seller_id and c.number = v.valid_from
    where s.id is null or v.seller_id is null or c.number is null or v.normalized_name <> s.normalized_name`,
  "each segment with changes has its entry, with their count": (tx) => tx`
    select count(*)::int as broken from (select entry_id, count(*) as changes from seller_changes group by entry_id) c
    full join audit_entries e on e.id = c.entry_id where e.id is null or c.changes is distinct from e.affected_count`,
};

/** The rules that the database breaks. */
export async function brokenRules(tx: Tx): Promise<string[]> {
  const found: string[] = [];
  for (const [rule, count] of Object.entries(RULES)) {
    const [row] = await count(tx);
    if (row?.broken !== 0) found.push(`${rule}: ${row?.broken}`);
  }
  return found;
}

interface BookedAnswer {
  id: string;
  file: string;
  sha256: string | null;
  isSettled: boolean;
  isEvidence: boolean;
}

/** Booked answers that are not what is stored, and evidence that comes from no such answer. */
export async function tornAnswers({ dataDir }: Pick<World, "dataDir">, database: Database): Promise<string[]> {
  const answers = await database.read(
    (tx) => tx<BookedAnswer[]>`
      select c.id, coalesce(o.run_id, c.run_id) || '/' || coalesce(o.id, c.id) || '.zst' as file, c.raw_sha256 as sha256,
        c.state = 'settled' as is_settled, exists (select 1 from sightings s where s.call_id = c.id) as is_evidence
      from provider_calls c left join provider_calls o on o.id = c.cached_from`,
  );
  const found: string[] = [];
  for (const { id, file, sha256, isSettled, isEvidence } of answers) {
    if (isEvidence && !(isSettled && sha256)) found.push(`call ${id} is evidence without an answer`);
    const stored = sha256 && (await readFile(join(dataDir, "raw", file)).catch(() => undefined));
    if (sha256 && !(stored && isWhole(stored, sha256)))
      found.push(`call ${id} is booked, but ${file} is not its answer`);
  }
  return found;
}

function isWhole(stored: Uint8Array, sha256: string): boolean {
  if (createHash("sha256").update(stored).digest("hex") !== sha256) return false;
  try {
    return typeof JSON.parse(new TextDecoder().decode(Bun.zstdDecompressSync(stored))) === "object";
  } catch {
    return false;
  }
}

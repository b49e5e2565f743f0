import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Tx } from "../../src/db/client.ts";
import type { Database, World } from "./world.ts";

/** How often the provider billed each eBay search so far, by its address. */
export async function billedSearches({ sandbox }: World): Promise<Map<string, number>> {
  const response = await fetch(`${sandbox.url}/stats/keys`);
  const { keys }: { keys: Record<string, { billed: number }> } = await response.json();
  return new Map(Object.entries(keys).map(([key, { billed }]) => [key.split("|")[1] ?? key, billed]));
}

/**
 * The searches that were on their way when the program died: billed by the provider, not booked, and their answer is not
 * in the store. These, and only these, may be billed again.
 */
export async function lostSearches(world: World, database: Database, lostBefore: string[]): Promise<string[]> {
  const billed = await billedSearches(world);
  const open = await database.read(openCalls);
  const known = Map.groupBy(lostBefore, (address) => address);
  return open
    .filter(({ runId, id }) => !existsSync(join(world.dataDir, "raw", runId, `${id}.zst`)))
    .filter(({ address, booked }) => (billed.get(address) ?? 0) > booked + (known.get(address)?.length ?? 0))
    .map(({ address }) => address);
}

/** The address of each search that was billed before, once for each time, but for those that were lost. */
export async function boughtInVain(world: World, lost: readonly string[]): Promise<string[]> {
  const left = [...lost];
  return repeatsIn(await billedSearches(world)).filter((address) => {
    const index = left.indexOf(address);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}

/** The address of each search that was billed before, once for each time. */
export const repeatsIn = (billed: Map<string, number>): string[] =>
  [...billed].flatMap(([address, times]) => Array.from({ length: times - 1 }, () => address));

/** Resolves when no call is on its way at the provider: what a dead program sent last has arrived. */
export async function untilQuiet({ sandbox }: World): Promise<void> {
  while (sandbox.stats().in_flight > 0) await Bun.sleep(5);
}

interface OpenCall {
  id: string;
  runId: string;
  address: string;
  /** Answers to the same search that are booked. */
  booked: number;
}

const openCalls = (tx: Tx): Promise<OpenCall[]> => tx<OpenCall[]>`
  select o.id, o.run_id, split_part(o.request_key, '|', 2) as address, (
    select count(*)::int from provider_calls b
    where b.request_key = o.request_key and b.billing = 'billed') as booked
  from provider_calls o where o.state = 'reserved'`;

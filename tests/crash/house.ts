import type { Conditions } from "../../src/providers/sandbox/conditions.ts";
import { getRun, type RunRow } from "./books.ts";
import { run } from "./program.ts";
import { post, type Service, startServe, untilTrue } from "./service.ts";
import { createWorld, type Database, inventProducts, openDatabase, switchCacheOff, type World } from "./world.ts";

/** `serve` with its engine, and a provider that can be made to fail. */
export interface ServedRun extends AsyncDisposable {
  world: World;
  database: Database;
  serve: Service;
  run(): Promise<RunRow>;
  untilStatus(...statuses: string[]): Promise<RunRow>;
  untilCompleted(items: number): Promise<void>;
}

/** A run over own products, started through the API. */
export async function serveRun(
  { items, workers }: { items: number; workers: number },
  conditions: Partial<Conditions>,
  environment: Record<string, string> = {},
): Promise<ServedRun> {
  const world = await createWorld({ conditions });
  const database = await openDatabase(world.dataDir);
  await run(["migrate"], world.environment);
  await switchCacheOff(database);
  const serve = await startServe({ ...world.environment, ...environment });
  const products = inventProducts(items).map(({ asin, title, price }) => ({ asin, title, price: Number(price) }));
  const asked = { name: "served", workers, pages_per_product: 1, budget_cap_cents: 10_000, products, start: true };
  const made = await post(serve, "/runs", asked);
  if (made.status !== 201) throw new Error(JSON.stringify(made.body));
  const current = () => database.read(getRun);
  return {
    world,
    database,
    serve,
    run: current,
    async untilStatus(...statuses) {
      await untilTrue(async () => statuses.includes((await current()).status), 90_000);
      return current();
    },
    untilCompleted: async (count) =>
      void (await untilTrue(async () => (await current()).completedItems >= count, 60_000)),
    async [Symbol.asyncDispose]() {
      serve.program.kill("SIGKILL");
      await serve.program.ended;
      await database[Symbol.asyncDispose]();
      await world[Symbol.asyncDispose]();
    },
  };
}

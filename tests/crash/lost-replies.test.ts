import { expect, test } from "bun:test";
import type { Tx } from "../../src/db/client.ts";
import { brokenRules, getRun, listedSellers, tornAnswers } from "./books.ts";
import { run } from "./program.ts";
import { type Network, startProxy } from "./proxy.ts";
import { post, startServe, startWorker, untilTrue } from "./service.ts";
import { createWorld, inventProducts, openDatabase, switchCacheOff, trueSellers } from "./world.ts";

const ITEMS = 200;
const TIMES = process.env.LONG === "1" ? 2 : 1;
const products = inventProducts(ITEMS);

/** What a process commits for its part of a run, by what only this transaction does. */
const STEPS: Record<string, (did: string) => boolean> = {
  take: (did) => /insert into lanes/.test(did),
  adopt: (did) => /set epoch = /.test(did) && !/insert into lanes/.test(did),
  claim: (did) => /insert into provider_calls/.test(did),
  settle: (did) => /update provider_calls c set state/.test(did),
  leave: (did) => /from lanes/.test(did) && /insert into audit_entries/.test(did),
};

test("serve takes a dead worker's part of a run over and ends the run, although replies to its commits are lost", async () => {
  await using world = await createWorld({ conditions: { latencyMs: { min: 50, max: 150 } } });
  await using database = await openDatabase(world.dataDir);
  await run(["migrate"], world.environment);
  await switchCacheOff(database);
  await using proxy = await startProxy(database.server.application);
  const serve = await startServe({
    ...world.environment,
    DATABASE_URL: proxy.urlOf(database.server.application),
  });
  const worker = startWorker(world.environment);
  await untilTrue(async () => (await database.read(livingProcesses)).length === 2, 20_000);

  const lost = loseReplies(proxy);
  const asked = { products: products.map((one) => ({ ...one, price: Number(one.price) })), workers: 20, start: true };
  expect((await post(serve, "/runs", { name: "lost", pages_per_product: 1, ...asked })).status).toBe(201);
  await untilTrue(async () => (await database.read(busyProcesses)).length === 2, 20_000);
  worker.kill("SIGKILL");
  await untilTrue(async () => (await database.read(getRun)).status === "completed", 20_000).catch(() => undefined);
  const state = await database.read(getRun);
  serve.program.kill("SIGKILL");
  const [{ stderr }] = await Promise.all([serve.program.ended, worker.ended]);

  expect({ ...state, stderr }).toMatchObject({ status: "completed", completedItems: ITEMS });
  expect([...lost.keys()].sort()).toEqual(Object.keys(STEPS).sort());
  expect(await database.read(brokenRules)).toEqual([]);
  expect(await tornAnswers(world, database)).toEqual([]);
  expect(await database.read(listedSellers)).toEqual(trueSellers(world, products, 1));
}, 60_000);

const livingProcesses = (tx: Tx) => tx`select 1 from processes where process_is_alive(id)`;

const busyProcesses = (tx: Tx) => tx`
  select l.process_id from lanes l join provider_calls c on c.epoch = l.epoch
  where c.state = 'settled' and l.workers > 0 group by 1`;

/** Each step is done, and its client never hears of it, some times. @returns how often, by the step */
function loseReplies(proxy: Network): Map<string, number> {
  const lost = new Map<string, number>();
  proxy.onCommit = async (commit) => {
    const did = commit.statements.join("\n");
    const step = Object.keys(STEPS).find((name) => STEPS[name]?.(did));
    const before = lost.get(step ?? "") ?? 0;
    if (!step || before === TIMES) return;
    lost.set(step, before + 1);
    await commit.deliver();
    commit.cut();
  };
  return lost;
}

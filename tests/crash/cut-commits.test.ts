import { expect, test } from "bun:test";
import { connect } from "../../src/db/client.ts";
import { Dice } from "../../src/providers/sandbox/dice.ts";
import { createTestDatabase } from "../../src/testing/database.ts";
import { inOrganisation, newRun, testEngine, things, work } from "../../src/testing/engine.ts";
import { imaginaryProvider } from "../../src/testing/imaginary-provider.ts";
import { brokenRules, listedSellers } from "./books.ts";
import { rollDice } from "./dice.ts";
import { type Commit, startProxy } from "./proxy.ts";

const ITEMS = 60;
const PAGES = 2;
const PRICE_MICROS = 1350;
const products = things(ITEMS);
const titles = products.map((one) => one.title);
const dice = rollDice("cut commits");

/** What a network does to a COMMIT. The client learns the same from all that break it: nothing. */
const FATES = {
  passes: () => undefined,
  isLostOnItsWay: (commit: Commit) => commit.cut(),
  isDoneButTheReplyIsLost: async (commit: Commit) => {
    await commit.deliver();
    commit.cut();
  },
  isDoneWhileTheClientTriesAgain: (commit: Commit) => {
    void commit.deliver();
    commit.cut();
  },
  arrivesAfterTheClientTriedAgain: async (commit: Commit) => {
    commit.cut();
    await Bun.sleep(80);
    await commit.deliver();
  },
};

for (let number = 1; number <= (process.env.LONG === "1" ? 40 : 4); number++) {
  const seed = String(dice.between(1, 1e9));
  test(`whatever becomes of its commits, a run buys and books every page once (${seed})`, async () => {
    await using place = await openPlace();
    const { database, sql, proxy } = place;
    const provider = imaginaryProvider({ latencyMs: 5 });
    const { fates, onCommit } = rollFates(new Dice(seed));
    proxy.onCommit = onCommit;
    const run = await newRun(database.sql, products, { workers: 10, pagesPerProduct: PAGES });
    const engine = await testEngine(sql, provider);
    // A run that waits for ever is stopped, and then not completed.
    const { run: ended } = await work(engine, run, { stop: AbortSignal.timeout(12_000) });
    console.log(`${seed}: ${JSON.stringify(fates)}`);

    expect([...provider.billed.values()]).toEqual(Array(ITEMS * PAGES).fill(1));
    const costMicros = ITEMS * PAGES * PRICE_MICROS;
    expect(ended).toMatchObject({ status: "completed", completedItems: ITEMS, calls: ITEMS * PAGES });
    expect(ended).toMatchObject({ spentMicros: costMicros, sureMicros: costMicros, reservedMicros: 0 });
    expect(await inOrganisation(database.sql, brokenRules)).toEqual([]);
    const truth = provider.expectedSellers(titles, PAGES);
    expect(await inOrganisation(database.sql, listedSellers)).toEqual([...truth].sort());
  }, 20_000);
}

function rollFates(chance: Dice) {
  const fates: Partial<Record<keyof typeof FATES, number>> = {};
  const onCommit = (commit: Commit) => {
    const fate = chance.weighted({
      passes: 0.5,
      isLostOnItsWay: 0.1,
      isDoneButTheReplyIsLost: 0.15,
      isDoneWhileTheClientTriesAgain: 0.1,
      arrivesAfterTheClientTriedAgain: 0.15,
    });
    fates[fate ?? "passes"] = (fates[fate ?? "passes"] ?? 0) + 1;
    return FATES[fate ?? "passes"](commit);
  };
  return { fates, onCommit };
}

async function openPlace() {
  const database = await createTestDatabase();
  if (!("host" in database.target)) throw new Error("the test's server has no socket");
  const proxy = await startProxy(database.target);
  const sql = connect({ url: proxy.urlOf(database.target) });
  return {
    database,
    proxy,
    sql,
    async [Symbol.asyncDispose]() {
      proxy.onCommit = () => undefined;
      await sql.end({ timeout: 1 });
      await proxy[Symbol.asyncDispose]();
      await database.drop();
    },
  };
}

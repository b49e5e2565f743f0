/**
 * How fast events reach many viewers: our stream, read from the database, beside a bare hub that sends from memory.
 *
 *   bun bench/sse.ts [--viewers 1000] [--per-second 50] [--seconds 20] [--rounds 1]
 *
 * Then the viewers of ours are cut off and come back again and again: no id may be left out or come twice.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { FIRST_ORGANISATION } from "../src/accounts/organisation.ts";
import { insertActivity } from "../src/activity/queries.ts";
import { type Sql, withOrganisation } from "../src/db/client.ts";
import { migrate } from "../src/db/migrate.ts";
import { openDatabase } from "../src/db/open.ts";
import type { RunId } from "../src/ids.ts";
import { announce } from "../src/runs/queries.ts";
import { makeRun } from "../src/testing/factories.ts";
import { amount } from "./contest.ts";
import { type FromServer, type FromViewers, microsSince, type Report, type SsePlan } from "./sse-plan.ts";

const { values } = parseArgs({
  options: {
    viewers: { type: "string" },
    "per-second": { type: "string" },
    seconds: { type: "string" },
    rounds: { type: "string" },
  },
});
const plan: SsePlan = {
  viewers: amount(values.viewers, 1000),
  perSecond: amount(values["per-second"], 50),
  seconds: amount(values.seconds, 20),
};
const origin = Date.now();

const dataDir = await mkdtemp(join(tmpdir(), "sellercollection-bench-"));
const database = await openDatabase({ dataDir });
try {
  await migrate(database.sql);
  for (let round = 0; round < amount(values.rounds, 1); round++) {
    tellResult("bare", await contestBare());
    const { calm, cut } = await contestOurs(database.sql);
    tellResult("ours", calm);
    tellResult("ours, viewers cut off", cut);
  }
} finally {
  await database.close();
  await rm(dataDir, { recursive: true, force: true });
}

interface Result extends Report {
  sent: number;
  moreMb: number;
}

function tellResult(name: string, result: Result): void {
  const { received, sent, p50Ms, p99Ms, gaps, repeats, resets, reconnects, moreMb } = result;
  const ids = `${gaps} left out, ${repeats} twice, ${resets} resets, ${reconnects} reconnects`;
  console.log(`${name}: p50 ${p50Ms} ms, p99 ${p99Ms} ms, ${received} of ${sent} events, +${moreMb} MB; ${ids}`);
}

async function contestBare(): Promise<Result> {
  await using server = await startServer("bare");
  const before = await server.memoryMb();
  await using viewers = await startViewers(server.url);
  await server.publish();
  const report = await viewers.report();
  return { ...report, sent: plan.viewers * plan.perSecond * plan.seconds, moreMb: (await server.memoryMb()) - before };
}

async function contestOurs(sql: Sql): Promise<{ calm: Result; cut: Result }> {
  const { id } = await makeRun(sql, { status: "running" });
  await using server = await startServer("ours");
  const before = await server.memoryMb();
  await using viewers = await startViewers(`${server.url}/api/collection/runs/${id}/activity`);
  const sent = plan.viewers * plan.perSecond * plan.seconds;
  await write(sql, id as RunId);
  const calm = { ...(await viewers.report()), sent, moreMb: (await server.memoryMb()) - before };
  const cutting = setInterval(() => viewers.reconnect(), 2000);
  await write(sql, id as RunId);
  clearInterval(cutting);
  return { calm, cut: { ...(await viewers.report()), sent, moreMb: (await server.memoryMb()) - before } };
}

/** As the engine writes: the event, and with its commit the word that there is one. */
async function write(sql: Sql, runId: RunId): Promise<void> {
  const startedAt = microsSince(origin);
  for (let n = 1; n <= plan.perSecond * plan.seconds; n++) {
    const details = {
      product_name: "Steel bottle, 24 oz",
      page: 1,
      duration_ms: microsSince(origin),
      cost_micros: 1350,
    };
    await withOrganisation(sql, FIRST_ORGANISATION, async (tx) => {
      await insertActivity(tx, FIRST_ORGANISATION, runId, [{ workerId: 1, phase: "ebay", action: "found", details }]);
      await announce(tx, runId);
    });
    await Bun.sleep(Math.max(0, (n * 1000) / plan.perSecond - (microsSince(origin) - startedAt) / 1000));
  }
}

/** A process that answers one question after the other. */
function start(script: string, args: string[]) {
  const answers: unknown[] = [];
  let arrived = Promise.withResolvers<void>();
  const child = Bun.spawn([process.execPath, new URL(script, import.meta.url).pathname, ...args], {
    stdio: ["ignore", "inherit", "inherit"],
    ipc(message) {
      answers.push(message);
      arrived.resolve();
    },
  });
  return {
    child,
    async next<Answer>(): Promise<Answer> {
      while (answers.length === 0) {
        await arrived.promise;
        arrived = Promise.withResolvers<void>();
      }
      return answers.shift() as Answer;
    },
    async [Symbol.asyncDispose]() {
      child.kill();
      await child.exited;
    },
  };
}

async function startServer(who: "bare" | "ours") {
  const process = start("sse-server.ts", [who, dataDir]);
  const { url } = await process.next<Extract<FromServer, { url: string }>>();
  return {
    url,
    async memoryMb() {
      process.child.send("memory");
      return (await process.next<Extract<FromServer, { memoryMb: number }>>()).memoryMb;
    },
    async publish() {
      process.child.send({ publish: plan, origin });
      await process.next<"published">();
    },
    [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
  };
}

async function startViewers(url: string) {
  const process = start("sse-viewers.ts", [url, String(plan.viewers), String(origin)]);
  await process.next<Extract<FromViewers, string>>();
  return {
    reconnect: () => process.child.send("reconnect"),
    /** After a moment for what is still on its way. */
    async report() {
      await Bun.sleep(1000);
      process.child.send("report");
      return process.next<Report>();
    },
    [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
  };
}

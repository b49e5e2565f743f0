import { systemClock } from "../clock.ts";
import { Account } from "../collector/account.ts";
import { createRawStore } from "../collector/raw-store.ts";
import { startReadingThread } from "../collector/reading/reading-thread.ts";
import type { Engine } from "../collector/supervisor.ts";
import { keepLease } from "./lease.ts";
import { Presence } from "./presence.ts";
import { insertProcess, removeDeadProcesses, removeProcess } from "./presence-queries.ts";

export type ProcessKind = "serve" | "worker" | "collect";

export type EngineOptions = Pick<Engine, "sql" | "orgId" | "provider" | "accountKey" | "log"> & { dataDir: string };

export interface OpenEngine extends Engine, AsyncDisposable {
  presence: Presence;
  /** By the database's clock, as all times of runs are. */
  startedAt: Date;
}

/** What this process works on runs with; shown to other processes until it is disposed of. */
export async function openEngine(options: EngineOptions, kind: ProcessKind): Promise<OpenEngine> {
  const { sql, provider, accountKey, dataDir, ...rest } = options;
  const directory = `${dataDir}/raw`;
  const presence = new Presence(sql);
  await presence.hold();
  await removeDeadProcesses(sql);
  const startedAt = await insertProcess(sql, { id: presence.processId, kind, accountKey });
  const desk = startReadingThread({ provider: provider.name, directory });
  const account = new Account(systemClock, Math.random);
  const leases = keepLease({ sql, orgId: rest.orgId, key: accountKey, processId: presence.processId, account });
  return {
    ...rest,
    sql,
    provider,
    accountKey,
    presence,
    startedAt,
    processId: presence.processId,
    account,
    rawStore: createRawStore(directory),
    desk,
    clock: systemClock,
    random: Math.random,
    async [Symbol.asyncDispose]() {
      await leases.stop();
      await desk[Symbol.asyncDispose]();
      await removeProcess(sql, presence.processId).catch(() => undefined);
      await presence[Symbol.asyncDispose]();
    },
  };
}

import type { Account } from "../collector/account.ts";
import { type Sql, withOrganisation } from "../db/client.ts";
import type { OrganisationId } from "../ids.ts";
import { getSettings } from "../settings/settings.ts";
import { dropLease, renewLease } from "./account-queries.ts";

const RENEW_MS = 1_000;
/** A process that does not renew its lease gives its part back. */
const LASTS_S = 3;

export interface LeaseOptions {
  sql: Sql;
  orgId: OrganisationId;
  key: string;
  processId: string;
  account: Account;
}

/** Until a part is granted nothing is sent: a plan may be limited. */
const NONE = { concurrency: 0, rate: 0 };
const UNLIMITED = { concurrency: Number.POSITIVE_INFINITY, rate: Number.POSITIVE_INFINITY };

/** Keeps this process below its part of the plan's rate and concurrency, while it works on runs. */
export function keepLease(options: LeaseOptions): { stop(): Promise<void> } {
  const { account } = options;
  let renewing: Promise<void> | undefined;
  let held = false;
  const renew = async () => {
    held = await renewPart(options, held);
    for (const seat of account.seats) seat.onRoom();
  };
  const renewNow = () => {
    renewing ??= renew()
      .catch(() => undefined)
      .finally(() => {
        renewing = undefined;
      });
  };
  account.onJoin = () => {
    // The first lane after a rest: the plan may have been changed since the last one.
    if (account.seats.size === 1) account.limiter.lease = NONE;
    renewNow();
  };
  const timer = setInterval(() => {
    if (account.seats.size > 0 || held) renewNow();
  }, RENEW_MS).unref();
  return {
    async stop() {
      clearInterval(timer);
      await renewing;
      if (held) await dropLease(options.sql, options.key, options.processId).catch(() => undefined);
    },
  };
}

/** Whether the plan is limited, and a part of it is held now. */
async function renewPart({ sql, orgId, key, processId, account }: LeaseOptions, held: boolean): Promise<boolean> {
  const settings = await withOrganisation(sql, orgId, getSettings);
  const plan = { requestsPerSecond: settings.providerRequestsPerSecond, concurrency: settings.providerConcurrency };
  const limited = plan.requestsPerSecond !== null || plan.concurrency !== null;
  if (held && (!limited || account.seats.size === 0)) await dropLease(sql, key, processId);
  if (!limited || account.seats.size === 0) {
    account.limiter.lease = limited ? NONE : UNLIMITED;
    return false;
  }
  const wanted = [...account.seats].reduce((sum, seat) => sum + seat.workers, 0);
  const granted = await renewLease(sql, { key, processId, wanted, seconds: LASTS_S }, plan);
  account.limiter.lease = {
    concurrency: granted.concurrency ?? Number.POSITIVE_INFINITY,
    rate: granted.rate ?? Number.POSITIVE_INFINITY,
  };
  return true;
}

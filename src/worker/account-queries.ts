import type { Sql } from "../db/client.ts";

export interface AccountState {
  breaker: "closed" | "open" | "probing";
  retryAt: Date | null;
  message: string | null;
}

export async function findAccount(sql: Sql, key: string): Promise<AccountState> {
  const [row] = await sql<AccountState[]>`select breaker, retry_at, message from provider_accounts where key = ${key}`;
  return row ?? { breaker: "closed", retryAt: null, message: null };
}

/** The provider fails: nobody sends anything until `retryAt`. */
export async function openBreaker(sql: Sql, key: string, retryAt: Date, message: string): Promise<void> {
  await sql`
    insert into provider_accounts (key, breaker, retry_at, message) values (${key}, 'open', ${retryAt}, ${message})
    on conflict (key) do update set breaker = 'open', retry_at = greatest(excluded.retry_at, case when provider_accounts.breaker = 'open' then provider_accounts.retry_at end),
      message = excluded.message, probed_by = null, probed_until = null, updated_at = now()`;
}

/**
 * Whether this process finds out if the provider is back; at most one does, for `seconds`. One that asks does not know
 * that it was to: the reply to its first question was lost.
 */
export async function takeProbe(
  sql: Sql,
  key: string,
  processId: string,
  now: Date,
  seconds: number,
): Promise<boolean> {
  const rows = await sql`
    update provider_accounts set breaker = 'probing', probed_by = ${processId},
      probed_until = now() + make_interval(secs => ${seconds}), updated_at = now()
    where key = ${key} and (
      (breaker = 'open' and retry_at <= ${now})
      or (breaker = 'probing' and (probed_until < now() or probed_by = ${processId} or not process_is_alive(probed_by)))
    )
    returning 1`;
  return rows.length === 1;
}

/** The process that was to find out did not: another run may, at once. */
export async function returnProbe(sql: Sql, key: string, processId: string, now: Date): Promise<void> {
  await sql`
    update provider_accounts set breaker = 'open', retry_at = ${now}, probed_by = null, probed_until = null,
      updated_at = now()
    where key = ${key} and breaker = 'probing' and probed_by = ${processId}`;
}

/** The provider answers again; false when that was known. */
export async function closeBreaker(sql: Sql, key: string): Promise<boolean> {
  const rows = await sql`
    update provider_accounts set breaker = 'closed', retry_at = null, message = null, probed_by = null,
      probed_until = null, updated_at = now()
    where key = ${key} and breaker <> 'closed' returning 1`;
  return rows.length === 1;
}

/** What the plan of the account allows; null: not limited. */
export interface Plan {
  requestsPerSecond: number | null;
  concurrency: number | null;
}

export interface Granted {
  concurrency: number | null;
  rate: number | null;
}

/**
 * Renews this process' part of the plan. All parts together are never more than the plan: a part is at most what the
 * others have left, and shrinks to the fair one when it is renewed. `wanted` says how many calls at a time could be used.
 */
export async function renewLease(
  sql: Sql,
  { key, processId, wanted, seconds }: { key: string; processId: string; wanted: number; seconds: number },
  plan: Plan,
): Promise<Granted> {
  const [row] = await sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(hashtextextended(${key}, 13))`;
    return tx<Granted[]>`
      with others as (
        select wanted, concurrency, rate from account_leases
        where account = ${key} and process_id <> ${processId} and expires_at > now()
      ), sums as (
        select coalesce(sum(concurrency), 0) as taken, coalesce(sum(rate), 0) as rate_taken, coalesce(sum(wanted), 0) as wanted
        from others
      ), part as (
        select greatest(0, least(
          ${plan.concurrency}::int - taken,
          ceil(${plan.concurrency}::numeric * ${wanted} / greatest(1, wanted + ${wanted}))
        ))::int as concurrency,
        greatest(0, least(
          ${plan.requestsPerSecond}::float8 - rate_taken,
          ${plan.requestsPerSecond}::float8 * ${wanted} / greatest(1, wanted + ${wanted})
        ))::float8 as rate
        from sums
      )
      insert into account_leases (account, process_id, wanted, concurrency, rate, expires_at)
      select ${key}, ${processId}, ${wanted}, coalesce(concurrency, 0), coalesce(rate, 0),
        now() + make_interval(secs => ${seconds}) from part
      on conflict (account, process_id) do update set wanted = excluded.wanted, concurrency = excluded.concurrency,
        rate = excluded.rate, expires_at = excluded.expires_at
      returning concurrency, rate`;
  });
  return {
    concurrency: plan.concurrency === null ? null : (row?.concurrency ?? 0),
    rate: plan.requestsPerSecond === null ? null : (row?.rate ?? 0),
  };
}

export async function dropLease(sql: Sql, key: string, processId: string): Promise<void> {
  await sql`delete from account_leases where account = ${key} and process_id = ${processId}`;
}

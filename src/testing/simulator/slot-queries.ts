import type { Sql, Tx } from "../../db/client.ts";
import { TRANSITIONS } from "../../runs/status.ts";

/** For this transaction, `now()` is the virtual time. */
export async function setTime(tx: Tx, now: number): Promise<void> {
  await tx`select set_config('sim.now', ${new Date(now).toISOString()}, true)`;
}

/** The same for a connection outside of transactions, until it is set anew. */
export async function setSessionTime(connection: Sql, now: number): Promise<void> {
  await connection`select set_config('sim.now', ${new Date(now).toISOString()}, false)`;
}

/**
 * Lets the database tell virtual time, and watch what is done to it: whatever no schedule may ever bring about is noted
 * in the transaction that does it.
 */
export async function prepareDatabase(sql: Sql, name: string): Promise<void> {
  await sql.unsafe(TIME).simple();
  await sql`select sim.tell_virtual_time()`;
  await sql.unsafe(WATCH).simple();
  const moves = Object.entries(TRANSITIONS).flatMap(([from, all]) => all.map((to) => ({ from, to })));
  for (const { from, to } of moves) await sql`insert into sim.transitions values (${from}, ${to})`;
  await sql`alter database ${sql(name)} set search_path = sim, pg_catalog, public`;
}

/** `sim` comes before `pg_catalog` in the search path: its `now()` is the one that is found. */
const TIME = `
  create schema sim;
  create function sim.now() returns timestamptz language sql stable as $$
    select coalesce(nullif(pg_catalog.current_setting('sim.now', true), '')::timestamptz, pg_catalog.now())
  $$;
  create function sim.tell_virtual_time() returns void language plpgsql as $$
  declare
    col record;
    fun record;
  begin
    for fun in
      select p.oid::regprocedure as signature from pg_proc p
      where p.pronamespace = 'public'::regnamespace and p.prosrc like '%now()%'
    loop
      execute format('alter function %s set search_path = sim, pg_catalog, public', fun.signature);
    end loop;
    for col in
      select c.relname, a.attname from pg_attrdef d
      join pg_class c on c.oid = d.adrelid join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
      where pg_get_expr(d.adbin, d.adrelid) = 'now()' and c.relnamespace = 'public'::regnamespace
    loop
      execute format('alter table %I alter column %I set default sim.now()', col.relname, col.attname);
    end loop;
  end
  $$;
`;

const WATCH = `
  create table sim.violations (id integer generated always as identity, run_id uuid, what text not null);
  create table sim.transitions (source text, target text);
  create table sim.moves (run_id uuid, source text, target text, at timestamptz default sim.now(), why text);

  create function sim.watch_run() returns trigger language plpgsql as $$
  begin
    insert into sim.moves (run_id, source, target, why)
    values (new.id, old.status, new.status, concat_ws(': ', new.pause_reason, new.status_message));
    if not exists (select 1 from sim.transitions where source = old.status and target = new.status) then
      insert into sim.violations (run_id, what) values (new.id, old.status || ' became ' || new.status);
    end if;
    return null;
  end
  $$;
  create trigger watch_status after update on runs for each row
    when (old.status is distinct from new.status) execute function sim.watch_run();

  create function sim.watch_item() returns trigger language plpgsql as $$
  begin
    insert into sim.violations (run_id, what)
    values (new.run_id, 'the ' || old.status || ' item ' || new.external_id || ' became ' || new.status);
    return null;
  end
  $$;
  create trigger watch_finish after update on collection_items for each row
    when (old.status in ('completed', 'failed', 'skipped') and not (old.status = 'failed' and new.status = 'pending'))
    execute function sim.watch_item();

  create function sim.watch_call() returns trigger language plpgsql as $$
  begin
    -- What nobody can know any more is booked without a lane, once the run has ended.
    if not exists (select 1 from lanes where run_id = new.run_id and epoch = new.epoch)
      and not exists (
        select 1 from runs where id = new.run_id and status in ('completed', 'failed', 'cancelled')
          and new.outcome in ('possibly_billed', 'not_sent')
      ) then
      insert into sim.violations (run_id, what) values (new.run_id, lower(tg_op) || ' of a call by a lane that is gone');
    end if;
    if tg_op = 'INSERT' then
      if (select status from runs where id = new.run_id) <> 'running' then
        insert into sim.violations (run_id, what) values (new.run_id, 'a call was reserved in a run that does not run');
      end if;
      if new.cached_from is null and (select query_cache_hours from settings) > 0 and exists (
        select 1 from provider_calls c join lanes l on l.run_id = c.run_id and l.epoch = c.epoch
        where c.org_id = new.org_id and c.request_key = new.request_key and c.state = 'reserved' and c.id <> new.id
          and c.cached_from is null and lane_is_alive(l.process_id, l.heartbeat_at)
      ) then
        insert into sim.violations (run_id, what) values (new.run_id, 'two equal queries are open: ' || new.request_key);
      end if;
    elsif old.state <> 'reserved' then
      insert into sim.violations (run_id, what) values (new.run_id, 'a call was settled twice');
    end if;
    return null;
  end
  $$;
  create trigger watch_call after insert or update on provider_calls for each row execute function sim.watch_call();

  create function sim.watch_month() returns trigger language plpgsql as $$
  begin
    if new.reserved_micros + new.spent_micros > old.reserved_micros + old.spent_micros and
      new.reserved_micros + new.spent_micros > (select monthly_cap_cents::bigint * 10000 from settings) then
      insert into sim.violations (what) values ('the month went over its cap');
    end if;
    return null;
  end
  $$;
  create trigger watch_month after update on budget_months for each row execute function sim.watch_month();
`;

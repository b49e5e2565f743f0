do $$
declare
  name text;
begin
  foreach name in array array[
    'lanes', 'idempotency_keys', 'query_cache', 'run_events', 'presets', 'templates', 'schedules', 'schedule_ticks',
    'settings_changes'
  ] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format(
      'create policy own_organisation on %I using (org_id = (select nullif(current_setting(''app.org_id'', true), '''')::uuid))',
      name
    );
  end loop;
end
$$;
--> statement-breakpoint
create trigger append_only before update or delete on settings_changes
  for each row execute function refuse_rewriting_history();
--> statement-breakpoint
-- The few functions that look across organisations. They answer with ids and times only, and set the organisation anew
-- for each of them: the tables' own policies stay as they are, with their indexes. `organisations` alone has a second
-- policy, which holds inside of these functions.
create policy listed_for_all on organisations for select
  using ((select current_setting('app.all_organisations', true)) = 'on');
--> statement-breakpoint
create function organisation_ids() returns setof uuid
language plpgsql volatile set search_path = public
as $$
begin
  perform set_config('app.all_organisations', 'on', true);
  return query select id from organisations order by id;
  perform set_config('app.all_organisations', '', true);
end
$$;
--> statement-breakpoint
create function process_is_alive(process uuid) returns boolean
language sql volatile set search_path = public
as $$
  select exists (
    select 1 from pg_locks l
    where l.locktype = 'advisory' and l.objsubid = 1 and l.granted
      and l.database = (select oid from pg_database where datname = current_database())
      and (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended(process::text, 11)
  )
$$;
--> statement-breakpoint
-- A process that has not renewed its lane for so long is frozen; lanes are renewed every few seconds.
create function lane_is_alive(process uuid, heartbeat_at timestamptz) returns boolean
language sql volatile set search_path = public
as $$ select heartbeat_at > now() - interval '20 seconds' and process_is_alive(process) $$;
--> statement-breakpoint
-- Shows that the process is there for as long as this session lives. Taken again it does no harm.
create function hold_process(me uuid) returns void
language plpgsql volatile set search_path = public
as $$
begin
  perform pg_advisory_lock(hashtextextended(me::text, 11))
  where not exists (
    select 1 from pg_locks l
    where l.locktype = 'advisory' and l.pid = pg_backend_pid() and l.granted and l.objsubid = 1
      and (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended(me::text, 11)
  );
end
$$;
--> statement-breakpoint
-- Runs that a process may have to do something for: those that run, those that still have lanes, and those that may go
-- on by themselves. `busy` are the workers of living lanes, `dead` the lanes whose process is gone or frozen.
create function open_work(me uuid) returns table (
  org_id uuid, run_id uuid, status text, pause_reason text, budget_scope text, workers integer, retry_at timestamptz,
  paused_at timestamptz, account text, resume_in_new_month boolean, busy integer, dead integer, mine integer
)
language plpgsql volatile set search_path = public
as $$
declare
  before text := coalesce(current_setting('app.org_id', true), '');
  organisation uuid;
begin
  for organisation in select * from organisation_ids() loop
    perform set_config('app.org_id', organisation::text, true);
    return query
      with held as (
        select l.run_id, l.workers, l.process_id,
          lane_is_alive(l.process_id, l.heartbeat_at) as alive
        from lanes l
      ), sums as (
        select h.run_id, coalesce(sum(h.workers) filter (where h.alive), 0)::integer as busy,
          count(*) filter (where not h.alive)::integer as dead,
          coalesce(sum(h.workers) filter (where h.process_id = me), 0)::integer as mine
        from held h group by 1
      )
      select r.org_id, r.id, r.status, r.pause_reason, r.budget_scope, r.workers, r.retry_at, r.paused_at,
        r.provider_account, s.resume_in_new_month, coalesce(u.busy, 0), coalesce(u.dead, 0), coalesce(u.mine, 0)
      from runs r cross join settings s left join sums u on u.run_id = r.id
      where r.id in (
        select id from runs where runs.status = 'running'
        union all
        select id from runs where runs.status = 'paused' and (
          runs.pause_reason in ('provider', 'shutdown') or (runs.pause_reason = 'budget' and runs.budget_scope = 'month')
        )
        union all
        select sums.run_id from sums
      )
      order by r.created_at;
  end loop;
  perform set_config('app.org_id', before, true);
end
$$;
--> statement-breakpoint
create function due_schedules(until timestamptz) returns table (org_id uuid, schedule_id uuid, due_at timestamptz)
language plpgsql volatile set search_path = public
as $$
declare
  before text := coalesce(current_setting('app.org_id', true), '');
  organisation uuid;
begin
  for organisation in select * from organisation_ids() loop
    perform set_config('app.org_id', organisation::text, true);
    return query
      select s.org_id, s.id, s.next_at from schedules s where s.enabled and s.next_at <= until order by s.next_at;
  end loop;
  perform set_config('app.org_id', before, true);
end
$$;

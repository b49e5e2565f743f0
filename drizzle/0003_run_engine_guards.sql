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
-- Runs that need somebody, or may: those that run, those that still have lanes, those that wait for their provider or
-- were stopped with their process.
create function open_work() returns table (org_id uuid, run_id uuid)
language plpgsql volatile set search_path = public
as $$
declare
  before text := coalesce(current_setting('app.org_id', true), '');
  organisation uuid;
begin
  for organisation in select * from organisation_ids() loop
    perform set_config('app.org_id', organisation::text, true);
    return query
      select r.org_id, r.id from runs r
      where r.status = 'running' or (r.status = 'paused' and r.pause_reason in ('provider', 'shutdown', 'budget'))
      union
      select l.org_id, l.run_id from lanes l;
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

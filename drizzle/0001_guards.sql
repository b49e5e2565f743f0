-- Every table with an organisation shows and takes only rows of the organisation that the transaction has set.
-- FORCE binds the owner too: a query that forgets its `where` still sees nothing foreign.
do $$
declare
  name text;
begin
  foreach name in array array[
    'settings', 'runs', 'collection_items', 'provider_calls', 'budget_months', 'sellers', 'sightings', 'run_sellers',
    'list_states', 'seller_changes', 'seller_versions', 'audit_entries', 'category_verifications'
  ] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    -- The sub-select is evaluated once per statement, not once per row.
    execute format(
      'create policy own_organisation on %I using (org_id = (select nullif(current_setting(''app.org_id'', true), '''')::uuid))',
      name
    );
  end loop;
end
$$;
--> statement-breakpoint
alter table organisations enable row level security;
--> statement-breakpoint
alter table organisations force row level security;
--> statement-breakpoint
create policy own_organisation on organisations
  using (id = (select nullif(current_setting('app.org_id', true), '')::uuid));
--> statement-breakpoint
create function refuse_rewriting_history() returns trigger language plpgsql as $$
begin
  raise exception 'the history is append-only: % on % is refused', tg_op, tg_table_name using errcode = 'restrict_violation';
end
$$;
--> statement-breakpoint
create trigger append_only before update or delete on audit_entries
  for each row execute function refuse_rewriting_history();
--> statement-breakpoint
create trigger append_only before update or delete on seller_changes
  for each row execute function refuse_rewriting_history();
--> statement-breakpoint
create function refuse_reopening_version() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.valid_to is null and new.valid_to is not null
    and (new.org_id, new.seller_id, new.normalized_name, new.display_name, new.valid_from)
      = (old.org_id, old.seller_id, old.normalized_name, old.display_name, old.valid_from) then
    return new;
  end if;
  raise exception 'a version of the list may only be closed once: % is refused', tg_op using errcode = 'restrict_violation';
end
$$;
--> statement-breakpoint
create trigger close_only before update or delete on seller_versions
  for each row execute function refuse_reopening_version();
--> statement-breakpoint
select set_config('app.org_id', '00000000-0000-7000-8000-000000000001', true);
--> statement-breakpoint
insert into organisations (id, name) values ('00000000-0000-7000-8000-000000000001', 'My organisation');
--> statement-breakpoint
insert into settings (org_id) values ('00000000-0000-7000-8000-000000000001');
--> statement-breakpoint
insert into list_states (org_id) values ('00000000-0000-7000-8000-000000000001');

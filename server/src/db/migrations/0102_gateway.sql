-- The model gateway: connections to providers of models, and amounts that calls of models hold.
alter table connections drop constraint connections_service_type_check;
alter table connections add constraint connections_service_type_check
  check (service_type in ('http', 'email', 'slack', 'github', 'moltbook', 'mcp', 'anthropic', 'openai'));

alter table spend_amounts
  -- The task of a call of a model. Its reservation holds the part of the estimate that is not in `nanos`.
  add column task_id uuid,
  -- The task whose budget pays.
  add column payer_id uuid,
  -- Null for amounts that are no calls.
  add column estimate_nanos numeric(30),
  -- The process that runs the call moves this time on. After it, a job gives the amount back.
  add column expires_at timestamptz(3);
alter table spend_amounts drop constraint spend_amounts_nanos_check;
alter table spend_amounts add constraint spend_amounts_nanos_check check (nanos > 0 or (nanos = 0 and estimate_nanos is not null));
alter table spend_amounts add constraint spend_amounts_call_check
  check ((estimate_nanos is null) = (expires_at is null) and estimate_nanos >= nanos);
create index spend_amounts_expiring on spend_amounts (expires_at) where expires_at is not null;
create index spend_amounts_payer on spend_amounts (workspace_id, payer_id) where payer_id is not null;

-- The output tokens of the last calls of an agent with a model, the newest first.
create table gateway_habits (
  workspace_id uuid not null references workspaces,
  agent_id uuid not null,
  model text not null check (length(model) between 1 and 200),
  recent_tokens int[] not null,
  used_at timestamptz(3) not null,
  primary key (workspace_id, agent_id, model),
  foreign key (workspace_id, agent_id) references agents
);
alter table gateway_habits enable row level security;
create policy workspace on gateway_habits using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update, delete on gateway_habits to bailiwick_app;

-- Gives back the amounts of calls whose process is gone.
create function bailiwick_free_calls(most int) returns int
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  stale record;
  gone spend_amounts;
  freed int := 0;
begin
  for stale in select workspace_id, id from spend_amounts where expires_at < bailiwick_now()
    order by expires_at limit most
  loop
    perform from spend_caps c where c.workspace_id = stale.workspace_id order by c.id for no key update;
    delete from spend_amounts a where a.workspace_id = stale.workspace_id and a.id = stale.id
      and a.expires_at < bailiwick_now() returning a.* into gone;
    if gone.id is null then continue; end if;
    freed := freed + 1;
    update spend_caps c set reserved_nanos = greatest(0, c.reserved_nanos - gone.nanos)
    where c.workspace_id = gone.workspace_id and (c.agent_id is null or c.agent_id = gone.agent_id);
  end loop;
  return freed;
end $$;
revoke all on function bailiwick_free_calls(int) from public;
grant execute on function bailiwick_free_calls(int) to bailiwick_app;

-- The provider of an agent's model refused it until a time: its quota is used up, or it has no capacity. The agent starts nothing
-- until then, unless a fallback model serves it meanwhile.
alter table gates
  add column parked_until timestamptz(3),
  add column parked_code text check (parked_code in ('provider_quota', 'provider_capacity')),
  add column parked_model text check (length(parked_model) <= 200),
  add check ((parked_until is null) = (parked_code is null));

create or replace function gate_refusal(gate gates, at timestamptz, starts int default 1) returns text
language sql immutable parallel safe as $$
  select case
    when gate.status = 'paused' then 'agent_paused'
    when gate.status <> 'active' then 'agent_archived'
    when gate.stop_id is not null then 'stopped'
    when gate.parked_until > at and gate.parked_model is null then gate.parked_code
    when gate.running + starts > gate.running_max then 'at_limit'
    when gate.throttle_per_minute is not null and gate_tokens(gate, at) < starts then 'throttled'
  end
$$;

-- The only model that the holder of a started task may use; null for any.
create function gate_model(gate gates, at timestamptz) returns text
language sql immutable parallel safe as $$
  select coalesce(gate.allowed_model, case when gate.parked_until > at then gate.parked_model end)
$$;

-- Why an agent may not start work: claims, starts, gaps and the sweep all decide with these functions. Their bodies are
-- plain expressions, so that the planner puts them into the statement that calls them.

-- The starts that the throttle has left at a time; null: the agent is not throttled.
create function gate_tokens(gate gates, at timestamptz) returns double precision
language sql immutable parallel safe as $$
  select least(gate.throttle_per_minute, gate.throttle_tokens
    + gate.throttle_per_minute * greatest(0, extract(epoch from at - gate.throttle_at)) / 60)
$$;

-- The code of the first limit that forbids so many starts at once; null: they may start. REFUSALS in
-- server/src/gate/rules.ts holds the sentence of each code.
create function gate_refusal(gate gates, at timestamptz, starts int default 1) returns text
language sql immutable parallel safe as $$
  select case
    when gate.status = 'paused' then 'agent_paused'
    when gate.status <> 'active' then 'agent_archived'
    when gate.running + starts > gate.running_max then 'at_limit'
    when gate.throttle_per_minute is not null and gate_tokens(gate, at) < starts then 'throttled'
  end
$$;

-- Whether a budget can pay one start. Without a budget the start costs nothing.
create function can_pay(budget_left bigint, cost bigint) returns boolean
language sql immutable parallel safe as $$
  select budget_left is null or budget_left > 0 and coalesce(cost, 0) <= budget_left
$$;

-- The code of what forbids the start of a task; null: it may start. The budget is that of the task that pays.
create function start_refusal(gate gates, task tasks, budget_left bigint, at timestamptz) returns text
language sql immutable parallel safe as $$
  select coalesce(gate_refusal(gate, at), case
    when task.open_dependencies > 0 then 'dependencies'
    when not can_pay(budget_left, task.estimated_cost_nanos) then 'budget'
  end)
$$;

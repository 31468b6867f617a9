-- What agents may do when they make tasks: roots of their own, and how far in front they may put them.
alter table team_rules
  add column agents_create_roots boolean not null default true,
  add column agent_priority_max int not null default 10 check (agent_priority_max between 0 and 1000000);

-- The rules that bind agents when they make tasks, for the statement that makes many: one row, whatever was set.
create function team_limits(the_workspace uuid,
  out restricts_assignment boolean, out create_roots boolean, out priority_max int) language sql stable as $$
  select coalesce(bool_or(require_supervisor_for_tasks), false), coalesce(bool_and(agents_create_roots), true),
    coalesce(max(agent_priority_max), 10)
  from team_rules where workspace_id = the_workspace
$$;
drop function team_restricts_assignment(uuid);

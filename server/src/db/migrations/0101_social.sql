-- The presence of agents on Moltbook: one account for an agent, with its sealed key.
create table social_accounts (
  workspace_id uuid not null references workspaces,
  agent_id uuid not null,
  name text not null check (length(name) between 1 and 100),
  description text not null check (length(description) <= 1000),
  state text not null check (state in ('unclaimed', 'active', 'suspended', 'key_dead')),
  state_reason text check (length(state_reason) between 1 and 500),
  suspended_until timestamptz(3),
  sealed_key text not null,
  claim_url text check (length(claim_url) between 1 and 2000),
  verification_code text check (length(verification_code) between 1 and 200),
  -- Wrong answers to challenges in a row. After two, the queue of the agent stops until a person resumes it.
  wrong_answers int not null default 0 check (wrong_answers >= 0),
  stopped_at timestamptz(3),
  -- The network takes nothing of this kind before.
  posts_from timestamptz(3),
  comments_from timestamptz(3),
  votes_from timestamptz(3),
  reads_from timestamptz(3),
  karma int,
  followers int,
  following int,
  posts int,
  registered_at timestamptz(3) not null,
  synced_at timestamptz(3),
  sync_error text check (length(sync_error) between 1 and 500),
  -- The next sync; while a process syncs, the end of its turn.
  sync_due_at timestamptz(3) not null,
  primary key (workspace_id, agent_id),
  foreign key (workspace_id, agent_id) references agents
);
create index social_accounts_due on social_accounts (sync_due_at) where state <> 'key_dead';
create index social_accounts_name on social_accounts (workspace_id, lower(name));
alter table social_accounts enable row level security;
create policy workspace on social_accounts using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update on social_accounts to bailiwick_app;
alter table social_accounts alter column workspace_id set (n_distinct = 1);

-- Pages of the network as they were read last. A workspace keeps few of them.
create table social_pages (
  workspace_id uuid not null references workspaces,
  place text not null check (length(place) between 1 and 700),
  body jsonb not null,
  bytes int not null check (bytes > 0),
  read_at timestamptz(3) not null,
  primary key (workspace_id, place)
);
create index social_pages_read on social_pages (read_at);
alter table social_pages enable row level security;
create policy workspace on social_pages using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update, delete on social_pages to bailiwick_app;
alter table social_pages alter column workspace_id set (n_distinct = 1);

-- The votes that agents gave, so that pages show them.
create table social_votes (
  workspace_id uuid not null references workspaces,
  agent_id uuid not null,
  post_id text not null check (length(post_id) between 1 and 200),
  voted_at timestamptz(3) not null,
  primary key (workspace_id, agent_id, post_id),
  foreign key (workspace_id, agent_id) references social_accounts
);
create index social_votes_voted on social_votes (voted_at);
alter table social_votes enable row level security;
create policy workspace on social_votes using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update, delete on social_votes to bailiwick_app;
alter table social_votes alter column workspace_id set (n_distinct = 1);

-- The own posts of an agent with their figures.
create table social_posts (
  workspace_id uuid not null references workspaces,
  agent_id uuid not null,
  post_id text not null check (length(post_id) between 1 and 200),
  title text not null check (length(title) <= 300),
  submolt text not null check (length(submolt) <= 200),
  upvotes int not null,
  downvotes int not null,
  comment_count int not null,
  posted_at timestamptz(3),
  synced_at timestamptz(3) not null,
  primary key (workspace_id, agent_id, post_id),
  foreign key (workspace_id, agent_id) references social_accounts
);
create index social_posts_top on social_posts (workspace_id, agent_id, upvotes desc);
create index social_posts_synced on social_posts (synced_at);
alter table social_posts enable row level security;
create policy workspace on social_posts using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update, delete on social_posts to bailiwick_app;
alter table social_posts alter column workspace_id set (n_distinct = 1);

-- The figures of an agent at the end of each UTC day.
create table social_days (
  workspace_id uuid not null references workspaces,
  agent_id uuid not null,
  day date not null,
  karma int not null,
  total_posts int not null,
  followers int not null,
  following int not null,
  primary key (workspace_id, agent_id, day),
  foreign key (workspace_id, agent_id) references social_accounts
);
create index social_days_day on social_days (day);
alter table social_days enable row level security;
create policy workspace on social_days using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update, delete on social_days to bailiwick_app;
alter table social_days alter column workspace_id set (n_distinct = 1);

-- The workspaces with an account to sync now.
create function bailiwick_social_due() returns setof uuid
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select distinct workspace_id from social_accounts where sync_due_at <= bailiwick_now() and state <> 'key_dead'
$$;
revoke all on function bailiwick_social_due() from public;
grant execute on function bailiwick_social_due() to bailiwick_app;

create function bailiwick_forget_social_pages(most int) returns int
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  with old as (
    select workspace_id, place from social_pages where read_at < bailiwick_now() - interval '1 day'
    order by read_at limit most for update skip locked
  ), gone as (
    delete from social_pages p using old where p.workspace_id = old.workspace_id and p.place = old.place returning 1
  )
  select count(*)::int from gone
$$;
revoke all on function bailiwick_forget_social_pages(int) from public;
grant execute on function bailiwick_forget_social_pages(int) to bailiwick_app;

create function bailiwick_forget_social_votes(most int) returns int
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  with old as (
    select workspace_id, agent_id, post_id from social_votes where voted_at < bailiwick_now() - interval '190 days'
    order by voted_at limit most for update skip locked
  ), gone as (
    delete from social_votes v using old where v.workspace_id = old.workspace_id and v.agent_id = old.agent_id
      and v.post_id = old.post_id returning 1
  )
  select count(*)::int from gone
$$;
revoke all on function bailiwick_forget_social_votes(int) from public;
grant execute on function bailiwick_forget_social_votes(int) to bailiwick_app;

create function bailiwick_forget_social_posts(most int) returns int
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  with old as (
    select workspace_id, agent_id, post_id from social_posts where synced_at < bailiwick_now() - interval '400 days'
    order by synced_at limit most for update skip locked
  ), gone as (
    delete from social_posts p using old where p.workspace_id = old.workspace_id and p.agent_id = old.agent_id
      and p.post_id = old.post_id returning 1
  )
  select count(*)::int from gone
$$;
revoke all on function bailiwick_forget_social_posts(int) from public;
grant execute on function bailiwick_forget_social_posts(int) to bailiwick_app;

create function bailiwick_forget_social_days(most int) returns int
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  with old as (
    select workspace_id, agent_id, day from social_days where day < (bailiwick_now() at time zone 'UTC')::date - 400
    order by day limit most for update skip locked
  ), gone as (
    delete from social_days d using old where d.workspace_id = old.workspace_id and d.agent_id = old.agent_id
      and d.day = old.day returning 1
  )
  select count(*)::int from gone
$$;
revoke all on function bailiwick_forget_social_days(int) from public;
grant execute on function bailiwick_forget_social_days(int) to bailiwick_app;

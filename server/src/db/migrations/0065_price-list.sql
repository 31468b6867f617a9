-- The list prices that the operator of this installation took instead of those of the package. There is at most one list.
create table price_lists (
  is_only boolean primary key default true check (is_only),
  digest text not null check (length(digest) = 64),
  source text not null check (length(source) between 1 and 500),
  known_since timestamptz(3) not null,
  -- The list as JSON, after its check.
  data text not null
);

-- Returns the list without its data when the caller knows the data.
create function bailiwick_price_list(known text) returns table (digest text, source text, known_since timestamptz, data text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select l.digest, l.source, l.known_since, case when l.digest is distinct from known then l.data end from price_lists l
$$;
revoke all on function bailiwick_price_list(text) from public;
grant execute on function bailiwick_price_list(text) to bailiwick_app;

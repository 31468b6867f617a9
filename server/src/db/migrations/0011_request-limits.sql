-- How many requests a credential, and a network, may still make: a bucket of tokens each, refilled evenly over a minute.

-- Outside any workspace: no row-level security, and no rights for bailiwick_app. Unlogged, because a draw must not wait
-- for the disk; a crash of PostgreSQL empties the table, and every bucket is full again, which a minute would do anyway.
create unlogged table request_allowances (
  bucket text primary key check (length(bucket) between 1 and 200),
  -- Both in sixty-thousandths of a token, so that a limit a minute refills whole numbers a millisecond.
  tokens bigint not null check (tokens >= 0),
  -- What servers may hold unspent. They drop it where a slice of ten seconds ends.
  lent bigint not null check (lent >= 0),
  refilled_at timestamptz(3) not null
) with (fillfactor = 50);
create index request_allowances_age on request_allowances (refilled_at);

-- Takes tokens from a bucket, which is full when new: as many as are wanted at once, or a tenth of what is there, so that
-- servers that each hold some leave enough for one another. What is beyond `wanted` is lent for `lasts_ms`; a server
-- that has spent what it was lent in a slice says so with its next draw.
--
-- Tokens and what is lent never exceed the capacity together, and grow by no more than the refill. So no window of time
-- sees more requests than the capacity and what is refilled in that window, whatever servers hold. The row stays locked,
-- so the count is exact on all of them together.
create function draw_requests(the_bucket text, per_minute int, wanted int, spent int, spent_slice int)
returns table (granted int, remaining int, wait_ms int, lasts_ms int, slice int)
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  token constant bigint := 60000;
  capacity constant bigint := per_minute * token;
  moment timestamptz := bailiwick_now();
  ends timestamptz;
  held record;
begin
  insert into request_allowances as a (bucket, tokens, lent, refilled_at) values (the_bucket, capacity, 0, moment)
    on conflict (bucket) do update set bucket = a.bucket returning a.tokens, a.lent, a.refilled_at into held;
  -- Transactions may begin in another order than they get the row; a clock that was set back is believed.
  if held.refilled_at > moment + interval '1 minute' then held.refilled_at := moment; end if;
  moment := greatest(moment, held.refilled_at);
  ends := date_bin('10 seconds', held.refilled_at, 'epoch') + interval '10 seconds';
  held.tokens := least(greatest(0, capacity - held.lent), held.tokens
    + per_minute * (extract(epoch from least(ends, moment) - held.refilled_at) * 1000)::bigint);
  if moment >= ends then
    held.lent := 0;
    held.tokens := least(capacity, held.tokens + per_minute * (extract(epoch from moment - ends) * 1000)::bigint);
    ends := date_bin('10 seconds', moment, 'epoch') + interval '10 seconds';
  end if;
  slice := extract(epoch from ends)::bigint / 10;
  if spent_slice = slice then held.lent := greatest(0, held.lent - spent * token); end if;
  granted := least(held.tokens / token, greatest(wanted, held.tokens / token / 10));
  held.tokens := held.tokens - granted * token;
  update request_allowances set tokens = held.tokens, lent = held.lent + greatest(0, granted - wanted) * token,
    refilled_at = moment where bucket = the_bucket;
  remaining := held.tokens / token;
  wait_ms := greatest(0, (token - held.tokens + per_minute - 1) / per_minute);
  lasts_ms := extract(epoch from ends - moment) * 1000;
  return next;
end
$$;

-- Forgets buckets that have long been full again, at most so many. Answers how many.
create function sweep_request_allowances(at_most int) returns int
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare swept int;
begin
  delete from request_allowances where bucket in (select a.bucket from request_allowances a
    where a.refilled_at < bailiwick_now() - interval '1 hour' order by a.refilled_at limit at_most
    for update skip locked);
  get diagnostics swept = row_count;
  return swept;
end
$$;

revoke all on function draw_requests, sweep_request_allowances from public;
grant execute on function draw_requests, sweep_request_allowances to bailiwick_app;

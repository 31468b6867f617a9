-- A request with a large body counts as several: a draw says what each waiting request needs.

drop function draw_requests(text, int, int, int, int);

-- Takes tokens from a bucket, which is full when new. When all that wait fit, they get what they need, or a tenth of what
-- is there if that is more, so that servers that each hold some leave enough for one another. Otherwise the first that
-- fit get exactly what they need. What is beyond that is lent for `lasts_ms`; a server that has spent what it was lent in
-- a slice says so with its next draw.
--
-- Tokens and what is lent never exceed the capacity together, and grow by no more than the refill. So no window of time
-- sees more requests than the capacity and what is refilled in that window, whatever servers hold. The row stays locked,
-- so the count is exact on all of them together.
create function draw_requests(the_bucket text, per_minute int, weights int[], spent int, spent_slice int)
returns table (granted int, remaining int, wait_ms int, lasts_ms int, slice int)
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  token constant bigint := 60000;
  capacity constant bigint := per_minute * token;
  moment timestamptz := bailiwick_now();
  ends timestamptz;
  held record;
  fits int;
  served int;
  needed bigint;
  usable bigint;
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
  select coalesce(max(w.total), 0), count(*) into fits, served
    from (select sum(u.weight) over (order by u.place) as total from unnest(weights) with ordinality as u (weight, place)) w
    where w.total <= held.tokens / token;
  granted := fits;
  if served = cardinality(weights) then granted := greatest(fits, held.tokens / token / 10); end if;
  held.tokens := held.tokens - granted * token;
  held.lent := held.lent + (granted - fits) * token;
  update request_allowances set tokens = held.tokens, lent = held.lent, refilled_at = moment where bucket = the_bucket;
  remaining := held.tokens / token;
  lasts_ms := extract(epoch from ends - moment) * 1000;
  needed := coalesce(weights[served + 1], 1) * token;
  wait_ms := greatest(0, (needed - held.tokens + per_minute - 1) / per_minute);
  -- What servers hold comes back to the bucket only where the slice ends.
  usable := greatest(0, capacity - held.lent);
  if needed > usable then
    wait_ms := greatest(wait_ms, lasts_ms + (needed - usable + per_minute - 1) / per_minute);
  end if;
  return next;
end
$$;

revoke all on function draw_requests from public;
grant execute on function draw_requests to bailiwick_app;

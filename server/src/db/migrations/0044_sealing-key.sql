-- The master key that has sealed the key of fingerprints is the one with which all servers seal. A server that does not know
-- yet that the key was changed is refused here, so that no value is sealed with a key that is about to be forgotten. While a
-- backup is loaded there is no row of the installation yet, and its values keep their keys.
create function require_sealing_key() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  current text;
begin
  select split_part(sealed_fingerprint_key, '.', 2) into current from installation;
  if current <> '' and split_part(new.sealed, '.', 2) <> current then
    raise exception 'A value was sealed with another master key than %.', current using errcode = 'BW002';
  end if;
  return new;
end $$;
revoke all on function require_sealing_key from public;

create trigger require_sealing_key before insert or update of sealed on agent_secrets
  for each row execute function require_sealing_key();
create trigger require_sealing_key before insert or update of sealed on idempotency_answers
  for each row when (new.sealed is not null) execute function require_sealing_key();

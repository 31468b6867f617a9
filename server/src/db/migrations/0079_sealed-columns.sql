-- One function checks the sealed column of every table: the trigger names the column, which is `sealed` by default.
create or replace function require_sealing_key() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  current text;
begin
  select split_part(sealed_fingerprint_key, '.', 2) into current from installation;
  if current <> '' and split_part(to_jsonb(new)->>coalesce(tg_argv[0], 'sealed'), '.', 2) <> current then
    raise exception 'A value was sealed with another master key than %.', current using errcode = 'BW002';
  end if;
  return new;
end $$;
drop trigger require_sealing_key on audit_trees;
drop function require_tree_sealing_key();
create trigger require_sealing_key before insert or update of sealed_key on audit_trees
  for each row execute function require_sealing_key('sealed_key');

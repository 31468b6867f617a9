-- Addresses are stored with their domain in ASCII. Before, the address of the owner was stored as the setting has it.

create function rename_person(old_email text, new_email text) returns void
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  update users set email = new_email
    where email = old_email and not exists (select from users u where u.email = new_email)
$$;
revoke all on function rename_person from public;
grant execute on function rename_person to bailiwick_app;

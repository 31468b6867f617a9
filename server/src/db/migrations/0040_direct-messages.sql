-- A direct message is read by its two ends and by people who may read all messages. The search applies the same rule as the
-- other reads (messages/store/readable.ts).
drop function search_messages(uuid, text, uuid, uuid, uuid, boolean, boolean, uuid, int);
create function search_messages(the_workspace uuid, the_words text, the_task uuid, the_thread uuid, the_party uuid,
  is_awaited boolean, ascending boolean, beyond uuid, at_most int, reader uuid, reads_all boolean) returns setof uuid
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  with found as materialized (
    select m.id from messages m
    where message_words(m.workspace_id, m.content)
        @@ (plainto_tsquery('simple', bare_words(the_words)) && quote_literal(the_workspace::text)::tsquery)
      and m.workspace_id = the_workspace and the_workspace = bailiwick_workspace()
      and numnode(plainto_tsquery('simple', bare_words(the_words))) > 0
      and (the_task is null or m.task_id = the_task)
      and (the_thread is null or m.thread_id = the_thread)
      and (the_party is null or the_party in (m.from_agent_id, m.to_agent_id)
        or exists (select from deliveries d where d.workspace_id = the_workspace and d.owner_id = the_party
          and d.message_id = m.id))
      and (not is_awaited or m.reply_by is not null and m.replied_at is null)
      and (beyond is null or case when ascending then m.id > beyond else m.id < beyond end)
      and (reads_all or reader in (m.from_agent_id, m.from_user_id, m.to_agent_id, m.to_user_id)
        or not exists (select from threads t where t.workspace_id = m.workspace_id and t.id = m.thread_id
          and t.kind = 'direct'))
  )
  select id from found order by case when ascending then id end, id desc limit at_most
$$;
revoke all on function search_messages(uuid, text, uuid, uuid, uuid, boolean, boolean, uuid, int, uuid, boolean) from public;
grant execute on function search_messages(uuid, text, uuid, uuid, uuid, boolean, boolean, uuid, int, uuid, boolean)
  to bailiwick_app;

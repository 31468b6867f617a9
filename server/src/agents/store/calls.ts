/** The calls of agents, and the calls that reach them. */
import { anyOf } from "../../kernel/db/any-of.ts";
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";

type LinkState = { last_connected_at: Date } | { last_error: string };

/** Stores the result of calling an external agent. This is no change of its configuration. */
export async function saveLink(tx: Tx, id: string, state: LinkState): Promise<void> {
  await tx
    .updateTable("agents")
    .set("last_error" in state ? state : { ...state, last_error: null })
    .where("workspace_id", "=", tx.workspace)
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
}

/** Returns when each agent last called, by agent id. Agents that never called are left out. */
export async function lastSeenOf(tx: ReadTx, agentIds: readonly string[]): Promise<Map<string, string>> {
  if (agentIds.length === 0) return new Map();
  const rows = await tx
    .selectFrom("agent_presence")
    .select(["agent_id", "last_seen_at"])
    .where("workspace_id", "=", tx.workspace)
    .where("agent_id", "=", anyOf(agentIds))
    .execute();
  return new Map(rows.map(({ agent_id, last_seen_at }) => [agent_id, last_seen_at]));
}

const SAVE_PRESENCE = `
insert into agent_presence (workspace_id, agent_id, last_seen_at)
select a.workspace_id, a.id, bailiwick_now() from agents a where a.workspace_id = $1 and a.id = any($2::uuid[])
order by a.id
on conflict (workspace_id, agent_id) do update
set last_seen_at = greatest(agent_presence.last_seen_at, excluded.last_seen_at)`;

/** Writes in the order of the ids, so that two processes cannot deadlock. */
export async function savePresence(tx: Tx, agentIds: readonly string[]): Promise<void> {
  await tx.statement("agents.save-presence", SAVE_PRESENCE, [tx.workspace, [...agentIds]]);
}

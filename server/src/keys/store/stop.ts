/** The stops of keys. */
import type { Tx } from "../../kernel/db/tx.ts";

/** A stop of the keys of one agent, or of all agents when `agent_id` is null. */
interface KeysStop {
  id: string;
  agent_id: string | null;
}

const STOP_KEYS = `
update api_keys k set stop_id = n.stop_id
from (select k.id, (select s.id from unnest($2::uuid[], $3::uuid[]) with ordinality as s(id, agent_id, place)
    where s.agent_id is null or s.agent_id = k.agent_id order by place limit 1) as stop_id
  from api_keys k where k.workspace_id = $1 and k.kind = 'agent') n
where k.workspace_id = $1 and k.id = n.id and k.stop_id is distinct from n.stop_id`;

/** Stores in each key of an agent the first of these stops that covers it. The command runs alone in its workspace. */
export async function stopKeys(tx: Tx, stops: readonly KeysStop[]): Promise<void> {
  const ids = stops.map(({ id }) => id);
  const agentIds = stops.map(({ agent_id }) => agent_id);
  await tx.statement("keys.stop", STOP_KEYS, [tx.workspace, ids, agentIds]);
}

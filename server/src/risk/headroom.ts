/** Reads the headroom of policies. */
import { appliesTo, listCaps } from "../caps/index.ts";
import { listGates } from "../gate/index.ts";
import type { ReadTx } from "../kernel/db/tx.ts";
import { sumsSince } from "../observability/index.ts";
import { documentOf } from "./audit-entries.ts";
import { isBreaker } from "./loop-rules.ts";
import { isAsLeft, isOpenAct, isQuiet } from "./rules.ts";
import type { Headroom, PolicyRow, RiskEvent } from "./schema.ts";
import { enabledPolicies } from "./store/policies.ts";
import { capToHeadroom, rateToHeadroom } from "./to-wire.ts";

/** Returns the headroom of the policies above an agent; of all policies for null. */
export async function headroomOf(tx: ReadTx, agentId: string | null): Promise<Headroom[]> {
  const all = await enabledPolicies(tx);
  return headroomsOf(tx, agentId === null ? all : all.filter((policy) => appliesTo(policy, agentId)));
}

async function headroomsOf(tx: ReadTx, policies: readonly PolicyRow[]): Promise<Headroom[]> {
  if (policies.length === 0) return [];
  const caps = new Map((await listCaps(tx)).map((cap) => [cap.id, cap]));
  const items: Headroom[] = [];
  for (const policy of policies.filter(({ policy_type }) => !isBreaker(policy_type))) {
    const cap = caps.get(policy.id);
    if (cap) items.push(capToHeadroom(policy, cap, tx.now));
    else items.push(rateToHeadroom(policy, await sumsSince(tx, policy.agent_id, policy.window_minutes)));
  }
  return items;
}

/** Returns the ids of the events whose act still holds an agent and whose limits have been quiet. */
export async function liftable(tx: ReadTx, events: readonly RiskEvent[]): Promise<ReadonlySet<string>> {
  const open = events.filter(isOpenAct);
  if (open.length === 0) return new Set();
  const gates = await listGates(
    tx,
    open.flatMap(({ agent_id }) => agent_id ?? []),
  );
  const acts = open.filter(({ id, agent_id, action_type, result }) => {
    const gate = gates.get(agent_id ?? "");
    return gate !== undefined && isAsLeft(action_type, gate, { event_id: id, after: documentOf(result.after) });
  });
  const named = new Set(acts.map(({ policy_id }) => policy_id));
  const policies = (await enabledPolicies(tx)).filter(({ id }) => named.has(id));
  const rooms = new Map((await headroomsOf(tx, policies)).map((room) => [room.policy_id, room]));
  const byId = new Map(policies.map((policy) => [policy.id, policy]));
  const isQuietNow = ({ policy_id }: RiskEvent) => isQuiet(byId.get(policy_id), rooms.get(policy_id), tx.now);
  return new Set(acts.filter(isQuietNow).map(({ id }) => id));
}

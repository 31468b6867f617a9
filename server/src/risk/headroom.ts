/** Reads the headroom of policies. */
import { appliesTo, listCaps } from "../caps/index.ts";
import type { ReadTx } from "../kernel/db/tx.ts";
import { sumsSince } from "../observability/index.ts";
import { holdsAct, isQuiet } from "./rules.ts";
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
  for (const policy of policies) {
    const cap = caps.get(policy.id);
    if (cap) items.push(capToHeadroom(policy, cap, tx.now));
    else items.push(rateToHeadroom(policy, await sumsSince(tx, policy.agent_id, policy.window_minutes)));
  }
  return items;
}

/** Returns the ids of the events whose act people may take back, because their limits have been quiet. */
export async function liftable(tx: ReadTx, events: readonly RiskEvent[]): Promise<ReadonlySet<string>> {
  const acts = events.filter(holdsAct);
  if (acts.length === 0) return new Set();
  const named = new Set(acts.map(({ policy_id }) => policy_id));
  const policies = (await enabledPolicies(tx)).filter(({ id }) => named.has(id));
  const rooms = new Map((await headroomsOf(tx, policies)).map((room) => [room.policy_id, room]));
  const byId = new Map(policies.map((policy) => [policy.id, policy]));
  const isQuietNow = ({ policy_id }: RiskEvent) => isQuiet(byId.get(policy_id), rooms.get(policy_id), tx.now);
  return new Set(acts.filter(isQuietNow).map(({ id }) => id));
}

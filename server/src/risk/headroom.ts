/** Reads the headroom of policies. */
import { appliesTo, listCaps } from "../caps/index.ts";
import type { ReadTx } from "../kernel/db/tx.ts";
import { sumsSince } from "../observability/index.ts";
import type { Headroom } from "./schema.ts";
import { enabledPolicies } from "./store/policies.ts";
import { capToHeadroom, rateToHeadroom } from "./to-wire.ts";

/** Returns the headroom of the policies above an agent; of all policies for null. */
export async function headroomOf(tx: ReadTx, agentId: string | null): Promise<Headroom[]> {
  const all = await enabledPolicies(tx);
  const policies = agentId === null ? all : all.filter((policy) => appliesTo(policy, agentId));
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

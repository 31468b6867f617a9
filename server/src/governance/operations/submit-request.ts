import { changed, command } from "../../kernel/operation.ts";
import { notFound, Problem } from "../../kernel/problem.ts";
import { appliesTo, getPolicy } from "../../risk/index.ts";
import { requireFitting } from "../boundary-rules.ts";
import { evidenceNow } from "../evidence.ts";
import { newRequest } from "../open-request.ts";
import { requireCooledDown } from "../rules.ts";
import { NewRequest, PolicyRequest } from "../schema.ts";
import { findNewest, insertRequest, lockOpening, readClock } from "../store/requests.ts";
import { findRequiredApprovals } from "../store/settings.ts";
import { requestToWire } from "../to-wire.ts";

export const submitRequest = command({
  name: "governance.submit_request",
  summary: "Ask people to change a limit that applies to you: its threshold, its action or its cooldown.",
  description:
    "People decide within 24 hours; governance.list_requests shows the outcome. One request for a limit in 15 minutes. An " +
    "approval changes the limit, or gives you a grant to change it yourself (governance.list_grants).",
  route: "POST /governance/request",
  status: 201,
  permission: "governance:request",
  input: NewRequest,
  output: PolicyRequest,
  problems: ["forbidden", "not_found", "cooldown", "agent_paused"],
  async run({ tx, actor }, { requested_changes, reason }) {
    if (actor.kind !== "agent")
      throw new Problem("forbidden", "Only an agent asks; a person changes the limit itself.");
    const { policy_id, field, requested_value: value } = requested_changes;
    const policy = await getPolicy(tx, policy_id);
    if (!appliesTo(policy, actor.id)) throw notFound("risk policy", policy_id);
    requireFitting(policy, field, value, "/requested_changes/requested_value");
    await lockOpening(tx, policy_id);
    const at = await readClock(tx);
    requireCooledDown(await findNewest(tx, policy_id), at);
    const change = { policy_id, field, current_value: policy[field], requested_value: value };
    const evidence = await evidenceNow(tx, policy, actor.id, change);
    const requiredApprovals = await findRequiredApprovals(tx);
    const about = { policy, agentId: actor.id, field, value, reason, source: "agent" } as const;
    const { request, fact } = newRequest({ actor, at }, { ...about, evidence, requiredApprovals });
    await insertRequest(tx, request);
    return changed(requestToWire(request, at), fact);
  },
});

import { uuidv7 } from "uuidv7";
import { listAgentNames } from "../../agents/index.ts";
import { columnsOf, only } from "../../kernel/db/columns.ts";
import { changed, command } from "../../kernel/operation.ts";
import { notFound } from "../../kernel/problem.ts";
import { lockWorkspace } from "../../tiers/index.ts";
import { keepCap } from "../caps.ts";
import { policyCreated } from "../facts.ts";
import { requireThreshold } from "../rules.ts";
import { NewPolicy, Policy, type PolicyRow } from "../schema.ts";
import { enforceNow } from "../spending.ts";
import { insertPolicy, requireOnly } from "../store/policies.ts";
import { policyToWire } from "../to-wire.ts";

const GIVEN = columnsOf(NewPolicy);

export const createPolicy = command({
  name: "risk.create_policy",
  summary: "Limit what an agent or the workspace spends, fails or uses.",
  description:
    "A daily cap counts from the events of today on. Every start reserves its estimated cost from the caps above its agent, " +
    "and a start that does not fit is refused; alert_only and shadow policies refuse nothing. A value above the threshold " +
    "makes a risk event and takes the action in the same transaction.",
  route: "POST /risk/policies",
  status: 201,
  permission: "risk:write",
  // No start and no event commits while the counters begin.
  changesCredentials: true,
  input: NewPolicy,
  output: Policy,
  problems: ["boundary_violation", "not_found", "conflict"],
  async run({ tx, now }, input) {
    requireThreshold(input, await lockWorkspace(tx));
    const { agent_id, policy_type, threshold_value, action_type, mode } = input;
    if (agent_id !== null && !(await listAgentNames(tx, [agent_id])).has(agent_id)) throw notFound("agent", agent_id);
    const at = now.toISOString();
    const state = { revision: 1, fired_at: null, created_at: at, updated_at: at };
    const policy: PolicyRow = { ...only(input, GIVEN), ...state, id: uuidv7() };
    await requireOnly(tx, policy, 1);
    await insertPolicy(tx, policy);
    await keepCap(tx, policy, now, { isNewGeneration: true, isPromoted: false });
    const fact = policyCreated(policy.id, { policy_type, threshold_value, action_type, mode, agent_id }, { agent_id });
    return changed(policyToWire(policy), fact, ...(await enforceNow(tx, now)));
  },
});

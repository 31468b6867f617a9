/** A workspace whose agent has a limit, and short calls of governance. */
import { listGovernanceAudit } from "../../src/audit/operations.ts";
import { applyGrant } from "../../src/governance/operations/apply-grant.ts";
import { approveRequest } from "../../src/governance/operations/approve-request.ts";
import { submitRequest } from "../../src/governance/operations/submit-request.ts";
import type { ChangeableField } from "../../src/governance/schema.ts";
import type { Actor } from "../../src/kernel/actor.ts";
import { createPolicy } from "../../src/risk/operations/create-policy.ts";
import { getPolicy } from "../../src/risk/operations/get-policy.ts";
import { anAgent } from "./builders.ts";
import { aWorkspace, factsOf, problemOf, type TestApp } from "./harness.ts";

export const MINUTE = 60;
export const DAY = 86_400;
export const codeOf = async (work: Promise<unknown>) => (await problemOf(work)).code;

export function governanceOn(app: () => TestApp) {
  async function aTeam(tier = "agency") {
    const workspace = await aWorkspace(app(), tier);
    const agent = await anAgent(app(), workspace);
    const policy = await app().call(createPolicy, workspace.owner, {
      policy_type: "daily_spend_cap",
      threshold_value: 10,
      action_type: "throttle",
      agent_id: agent.id,
    });
    return { workspace, owner: workspace.owner, agent, policy_id: policy.id };
  }

  const ask = (
    by: Actor,
    policy_id: string,
    requested_value: unknown = 20,
    field: ChangeableField = "threshold_value",
  ) =>
    app().call(submitRequest, by, {
      requested_changes: { policy_id, field, requested_value: requested_value as number },
      reason: "A large order came in.",
    });
  const approve = (by: Actor, { id }: { id: string }, more: Record<string, unknown> = {}) =>
    app().call(approveRequest, by, { id, mode: "one_time", ...more });
  const delegate = (by: Actor, { id }: { id: string }, params: Record<string, unknown> = {}) =>
    app().call(approveRequest, by, {
      id,
      mode: "delegate",
      delegation_params: { duration_minutes: 60, ...params } as never,
    });
  const use = (
    by: Actor,
    grant_id: string,
    policy_id: string,
    new_value: unknown,
    field: ChangeableField = "threshold_value",
  ) => app().call(applyGrant, by, { grant_id, requested_change: { policy_id, field, new_value: new_value as number } });
  const policyOf = ({ owner, policy_id }: Team) => app().call(getPolicy, owner, { id: policy_id });
  const auditOf = async ({ owner }: Team) => (await app().call(listGovernanceAudit, owner, {})).items;
  const typesOf = async ({ workspace }: Team) =>
    (await factsOf(app(), workspace.id)).flatMap(({ type }) =>
      type.startsWith("governance.") ? [type.slice(11)] : [],
    );
  const aGrant = async (team: Team, params: Record<string, unknown> = {}, value = 20) => {
    const { grant } = await delegate(team.owner, await ask(team.agent, team.policy_id, value), params);
    if (!grant) throw new Error("The approval gives a grant.");
    return grant;
  };
  return { aTeam, ask, approve, delegate, use, policyOf, auditOf, typesOf, aGrant };
}

interface Team {
  workspace: { id: string; owner: Actor };
  owner: Actor;
  agent: Actor;
  policy_id: string;
}

/** Valid inputs of the operations of governance. */
import { approveRequest } from "../../src/governance/operations/approve-request.ts";
import { submitRequest } from "../../src/governance/operations/submit-request.ts";
import { createPolicy } from "../../src/risk/operations/create-policy.ts";
import type { Sample, Scene } from "./scene.ts";

const nothing = async () => ({});

/** A limit of the agent, or the one that it has. */
async function aPolicy({ app, owner, agent }: Scene): Promise<string> {
  const { rows } = await app.admin.query("select id from risk_policies where workspace_id = $1 and agent_id = $2", [
    agent.workspace,
    agent.id,
  ]);
  if (rows[0]) return rows[0].id;
  const fields = { policy_type: "token_rate_cap", threshold_value: 1_000, agent_id: agent.id } as const;
  return (await app.call(createPolicy, owner, fields)).id;
}

async function aRequest(scene: Scene): Promise<{ id: string }> {
  const { app, agent } = scene;
  const policy_id = await aPolicy(scene);
  // Another sample may have made a request a moment ago.
  await app.admin.query(
    "update policy_requests set requested_at = requested_at - interval '1 hour' where policy_id = $1",
    [policy_id],
  );
  const requested_changes = { policy_id, field: "threshold_value", requested_value: 2_000 } as const;
  const { id } = await app.call(submitRequest, agent, { requested_changes, reason: "More work." });
  return { id };
}

async function aGrant(scene: Scene) {
  const { id } = await aRequest(scene);
  const delegation_params = { duration_minutes: 60, max_uses: 5 };
  const terms = { mode: "delegate", delegation_params, confirm: true } as const;
  const { grant } = await scene.app.call(approveRequest, scene.owner, { id, ...terms });
  if (!grant) throw new Error("The approval gives a grant.");
  return grant;
}

async function aChange(scene: Scene): Promise<{ audit_id: string }> {
  const { id } = await aRequest(scene);
  await scene.app.call(approveRequest, scene.owner, { id, mode: "one_time", confirm: true });
  const { rows } = await scene.app.admin.query(
    "select id from facts where workspace_id = $1 and type = 'governance.change_applied' order by seq desc limit 1",
    [scene.workspace.id],
  );
  return { audit_id: rows[0].id };
}

export const GOVERNANCE_SAMPLES: Record<string, Sample> = {
  "governance.submit_request": {
    by: "agent",
    async input(scene) {
      const policy_id = await aPolicy(scene);
      return {
        requested_changes: { policy_id, field: "threshold_value", requested_value: 3_000 },
        reason: "More work.",
      };
    },
  },
  "governance.list_requests": {
    by: "agent",
    async input(scene) {
      await aRequest(scene);
      return { status: "pending", agent_id: scene.agent.id };
    },
  },
  "governance.list_pending": { by: "agent", input: async ({ agent }) => ({ agent_id: agent.id }) },
  "governance.get_request": { by: "agent", input: aRequest },
  "governance.approve": {
    by: "owner",
    input: async (scene) => ({
      ...(await aRequest(scene)),
      mode: "delegate",
      delegation_params: {
        duration_minutes: 30,
        max_uses: 2,
        allowed_changes: {
          policy_id: await aPolicy(scene),
          fields: { threshold_value: { min_value: 1_000, max_value: 4_000 } },
        },
      },
      confirm: true,
    }),
  },
  "governance.deny": {
    by: "owner",
    input: async (scene) => ({ ...(await aRequest(scene)), reason: "Not this week." }),
  },
  "governance.apply_grant": {
    by: "agent",
    async input(scene) {
      const { id: grant_id, policy_id } = await aGrant(scene);
      return { grant_id, requested_change: { policy_id, field: "threshold_value", new_value: 1_500 } };
    },
  },
  "governance.list_grants": {
    by: "agent",
    async input(scene) {
      await aGrant(scene);
      return { agent_id: scene.agent.id, include_ended: true };
    },
  },
  "governance.revoke_grant": {
    by: "owner",
    input: async (scene) => ({ id: (await aGrant(scene)).id, reason: "Done." }),
  },
  "governance.preview_rollback": { by: "owner", input: aChange },
  "governance.rollback": {
    by: "owner",
    input: async (scene) => ({ ...(await aChange(scene)), confirm: true, reason: "Back." }),
  },
  "governance.get_boundaries": { by: "agent", input: nothing },
  "governance.set_required_approvals": { by: "owner", input: async () => ({ required_approvals: 1 }) },
  "governance.expire": { by: "owner", input: nothing },
};

/** Grants and their bounds. */
import { describe, expect, it } from "vitest";
import { anAgent } from "../../test/harness/builders.ts";
import { codeOf, governanceOn, MINUTE } from "../../test/harness/governance.ts";
import { aPerson, problemOf, useApp } from "../../test/harness/harness.ts";
import { later } from "../../test/harness/team.ts";
import { pauseAgent } from "../agents/operations/pause-agent.ts";
import type { Actor } from "../kernel/actor.ts";
import { createPolicy } from "../risk/operations/create-policy.ts";
import { updatePolicy } from "../risk/operations/update-policy.ts";
import { createStop } from "../stops/operations/create-stop.ts";
import { liftStop } from "../stops/operations/lift-stop.ts";
import { approveRequest } from "./operations/approve-request.ts";
import { listGrants } from "./operations/list-grants.ts";
import { revokeGrant } from "./operations/revoke-grant.ts";

const app = useApp();
const { aTeam, ask, approve, delegate, use, policyOf, auditOf, typesOf, aGrant } = governanceOn(app);

describe("a grant", () => {
  it("changes the limit inside its bounds, and every use is debited", async () => {
    const team = await aTeam();
    const grant = await aGrant(team, { max_uses: 2, max_spend_delta: 8 });
    expect(grant).toMatchObject({
      active: true,
      uses: 0,
      uses_left: 2,
      spend_delta_left: 8,
      allowed_changes: { policy_id: team.policy_id, fields: { threshold_value: { min_value: 10, max_value: 20 } } },
    });
    expect((await policyOf(team)).threshold_value).toBe(10);
    expect((await app().call(listGrants, team.agent, {})).items).toMatchObject([{ id: grant.id, uses_left: 2 }]);
    const one = await use(team.agent, grant.id, team.policy_id, 15);
    expect(one).toMatchObject({
      policy: { threshold_value: 15 },
      grant: { uses: 1, uses_left: 1, spend_delta_left: 3 },
    });
    expect(await use(team.agent, grant.id, team.policy_id, 15)).toMatchObject({ grant: { uses: 1 } });
    expect(await codeOf(use(team.agent, grant.id, team.policy_id, 19))).toBe("envelope_violation");
    expect(await use(team.agent, grant.id, team.policy_id, 12)).toMatchObject({
      grant: { uses_left: 0, status: "used_up" },
    });
    expect(await codeOf(use(team.agent, grant.id, team.policy_id, 13))).toBe("used_up");
    expect((await app().call(listGrants, team.agent, {})).items).toEqual([]);
    expect((await app().call(listGrants, team.agent, { include_ended: true })).items).toHaveLength(1);
    expect(await typesOf(team)).toEqual([
      ...["request_submitted", "request_approved", "grant_created", "grant_used", "change_applied"],
      ...["boundary_violation", "grant_used", "change_applied"],
    ]);
  });

  it("is for its agent alone, while the agent is not paused, and inside its envelope and the boundaries", async () => {
    const team = await aTeam("free");
    const other = await anAgent(app(), team.workspace);
    const foreign = await aTeam();
    const grant = await aGrant(team);
    expect(await codeOf(use(other, grant.id, team.policy_id, 15))).toBe("forbidden");
    expect(await codeOf(use(foreign.agent, grant.id, team.policy_id, 15))).toBe("not_found");
    expect(await codeOf(use(team.agent, grant.id, foreign.policy_id, 15))).toBe("not_found");
    const own = { policy_type: "token_rate_cap", threshold_value: 5 } as const;
    const { id: another } = await app().call(createPolicy, team.owner, own);
    expect(await codeOf(use(team.agent, grant.id, another, 15))).toBe("envelope_violation");
    expect(await codeOf(use(team.agent, grant.id, team.policy_id, 20.5))).toBe("envelope_violation");
    expect(await codeOf(use(team.agent, grant.id, team.policy_id, 9))).toBe("envelope_violation");
    expect(await codeOf(use(team.agent, grant.id, team.policy_id, 60, "cooldown_minutes"))).toBe("envelope_violation");
    expect(await codeOf(use(team.agent, grant.id, team.policy_id, "20"))).toBe("invalid_input");
    // A person made the action more severe since the grant was made, which ends the grant.
    const severe = await later(app(), 20 * MINUTE, () =>
      ask(team.agent, team.policy_id, "model_downgrade", "action_type"),
    );
    const { grant: action } = await delegate(team.owner, severe);
    await app().call(updatePolicy, team.owner, { id: team.policy_id, action_type: "pause_agent" });
    const milder = await problemOf(use(team.agent, action?.id ?? "", team.policy_id, "model_downgrade", "action_type"));
    expect(milder).toMatchObject({ code: "revoked" });
    expect((await auditOf(team))[0]).toMatchObject({
      event_type: "grant_revoked",
      details: { grant_id: action?.id, revoked_by: team.owner.id },
    });
    // The grant for another field stays.
    expect((await app().call(listGrants, team.agent, {})).items.map(({ id }) => id)).toEqual([grant.id]);
    await app().call(pauseAgent, team.owner, { id: team.agent.id });
    expect(await codeOf(use(team.agent, grant.id, team.policy_id, 15))).toBe("agent_paused");
  });

  it("is not used while a stop covers the actions of its agent, and is used again when the stop is lifted", async () => {
    const team = await aTeam();
    const grant = await aGrant(team);
    const stop = (target: { scope: "workspace" | "agent"; id?: string; what?: ["starts"] }) =>
      app().call(createStop, team.owner, { reason: "Look first.", ...target });
    const useIt = () => use(team.agent, grant.id, team.policy_id, 15);
    const { id: starts } = await stop({ scope: "workspace", what: ["starts"] });
    for (const target of [{ scope: "workspace" }, { scope: "agent", id: team.agent.id }] as const) {
      const { id: stop_id } = await stop(target);
      const refusal = await problemOf(useIt());
      expect(refusal).toMatchObject({ code: "blocked", details: { reason_code: "stopped", stop_id } });
      await app().call(liftStop, team.owner, { id: stop_id, reason: "Seen." });
    }
    const elsewhere = await anAgent(app(), team.workspace);
    await stop({ scope: "agent", id: elsewhere.id });
    expect(await useIt()).toMatchObject({ grant: { uses: 1 } });
    await app().call(liftStop, team.owner, { id: starts, reason: "Seen." });
  });

  it("for a policy that counts has whole bounds, and a request or a use has a whole number", async () => {
    const team = await aTeam();
    const counting = { policy_type: "repeated_tool_calls", threshold_value: 10, agent_id: team.agent.id } as const;
    const { id: policy_id } = await app().call(createPolicy, team.owner, counting);
    for (const wrong of [7.5, 0, -1, 1_001])
      expect(await codeOf(ask(team.agent, policy_id, wrong)), String(wrong)).toBe("invalid_input");
    const request = await ask(team.agent, policy_id, 5);
    const range = (min_value: number, max_value: number) => ({
      allowed_changes: { policy_id, fields: { threshold_value: { min_value, max_value } } },
    });
    for (const wrong of [range(2.5, 8), range(0, 8), range(2, 7.5)])
      expect(await codeOf(delegate(team.owner, request, wrong))).toBe("invalid_input");
    const { grant } = await delegate(team.owner, request);
    expect(await codeOf(use(team.agent, grant?.id ?? "", policy_id, 7.5))).toBe("invalid_input");
    expect(await use(team.agent, grant?.id ?? "", policy_id, 7)).toMatchObject({ policy: { threshold_value: 7 } });
    // A request from before this rule.
    const older = await later(app(), 20 * MINUTE, () => ask(team.agent, policy_id, 6));
    const set = `update policy_requests set held = jsonb_set(held, '{input,threshold_value}', '7.5'),
      requested_changes = jsonb_set(requested_changes, '{requested_value}', '7.5') where id = $1`;
    await app().admin.query(set, [older.id]);
    expect(await codeOf(approve(team.owner, older))).toBe("boundary_violation");
  });

  it("has an envelope that is checked when it is made", async () => {
    const team = await aTeam("free");
    const request = await ask(team.agent, team.policy_id);
    const { policy_id } = team;
    const range = (min_value: number, max_value: number) => ({
      policy_id,
      fields: { threshold_value: { min_value, max_value } },
    });
    for (const [params, code] of [
      [{ duration_minutes: 0 }, "invalid_input"],
      [{ duration_minutes: 1_441 }, "invalid_input"],
      [{ duration_minutes: undefined }, "invalid_input"],
      [{ allowed_changes: { fields: { threshold_value: { min_value: 1, max_value: 2 } } } }, "invalid_input"],
      [{ allowed_changes: { ...range(1, 2), policy_id: team.agent.id } }, "not_found"],
      [{ allowed_changes: { policy_id, fields: {} } }, "invalid_input"],
      [{ allowed_changes: range(30, 20) }, "invalid_input"],
      [{ allowed_changes: range(1, Number.POSITIVE_INFINITY) }, "invalid_input"],
      [{ allowed_changes: range(1, 51) }, "boundary_violation"],
      [
        { allowed_changes: { policy_id, fields: { cooldown_minutes: { min_value: 5, max_value: 60 } } } },
        "boundary_violation",
      ],
      [
        { allowed_changes: { policy_id, fields: { action_type: { allowed_values: ["alert_only"] } } } },
        "boundary_violation",
      ],
      [
        {
          allowed_changes: { policy_id, fields: { cooldown_minutes: { min_value: 30, max_value: 60 } } },
          max_spend_delta: 1,
        },
        "invalid_input",
      ],
    ] as const)
      expect(await codeOf(delegate(team.owner, request, params)), JSON.stringify(params)).toBe(code);
    expect(await codeOf(app().call(approveRequest, team.owner, { id: request.id, mode: "delegate" }))).toBe(
      "invalid_input",
    );
    const both = { delegation_params: { duration_minutes: 5 } };
    expect(await codeOf(approve(team.owner, request, both))).toBe("invalid_input");
    expect((await delegate(team.owner, request, { allowed_changes: range(1, 50) })).grant?.active).toBe(true);
  });

  it("ends by a revocation at once, and by its time", async () => {
    const team = await aTeam();
    const grant = await aGrant(team);
    const member = await aPerson(app(), team.workspace.id, "member");
    const foreign = await aTeam();
    const revoke = (by: Actor) => app().call(revokeGrant, by, { id: grant.id, reason: "Enough." });
    expect(await codeOf(revoke(member))).toBe("forbidden");
    expect(await codeOf(revoke(team.agent))).toBe("forbidden");
    expect(await codeOf(revoke(foreign.owner))).toBe("not_found");
    expect(await revoke(team.owner)).toMatchObject({ active: false, status: "revoked", revoked_by: team.owner.id });
    expect(await codeOf(use(team.agent, grant.id, team.policy_id, 15))).toBe("revoked");
    expect(await codeOf(revoke(team.owner))).toBe("revoked");
    await later(app(), 20 * MINUTE, async () => {
      const second = await aGrant(team, { duration_minutes: 1 });
      await later(app(), MINUTE, async () => {
        expect(await codeOf(use(team.agent, second.id, team.policy_id, 15))).toBe("expired");
        expect(await codeOf(app().call(revokeGrant, team.owner, { id: second.id }))).toBe("expired");
        expect((await app().call(listGrants, team.owner, { include_ended: true })).items[0]).toMatchObject({
          status: "expired",
        });
      });
    });
    expect((await typesOf(team)).filter((type) => type.startsWith("grant_"))).toEqual([
      ...["grant_created", "grant_revoked", "grant_created", "grant_expired"],
    ]);
  });
});

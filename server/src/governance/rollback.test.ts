/** Rollbacks, field by field. */
import { describe, expect, it } from "vitest";
import { codeOf, governanceOn, MINUTE } from "../../test/harness/governance.ts";
import { aPerson, problemOf, useApp } from "../../test/harness/harness.ts";
import { later } from "../../test/harness/team.ts";
import type { Actor } from "../kernel/actor.ts";
import { deletePolicy } from "../risk/operations/delete-policy.ts";
import { updatePolicy } from "../risk/operations/update-policy.ts";
import { previewRollback } from "./operations/preview-rollback.ts";
import { rollbackChange } from "./operations/rollback-change.ts";

const app = useApp();
const { aTeam, ask, approve, auditOf } = governanceOn(app);
type Team = Awaited<ReturnType<typeof aTeam>>;

describe("a rollback", () => {
  const rollback = (by: Actor, audit_id: string, more: Record<string, unknown> = {}) =>
    app().call(rollbackChange, by, { audit_id, ...more });
  const preview = (by: Actor, audit_id: string) => app().call(previewRollback, by, { audit_id });
  const newest = async (team: Team, type = "change_applied") =>
    (await auditOf(team)).find(({ event_type }) => event_type === type)?.id ?? "";

  it("restores its field alone as a new change, which can be rolled back, too", async () => {
    const team = await aTeam();
    await approve(team.owner, await ask(team.agent, team.policy_id));
    await app().call(updatePolicy, team.owner, { id: team.policy_id, cooldown_minutes: 60 });
    const change = await newest(team);
    expect(await preview(team.owner, change)).toMatchObject({
      current_value: 20,
      restored_value: 10,
      is_stale: false,
      needs_reason: false,
      refusal: null,
    });
    const { policy, audit_entry } = await rollback(team.owner, change);
    expect(policy).toMatchObject({ threshold_value: 10, cooldown_minutes: 60, revision: 4 });
    expect(audit_entry).toMatchObject({ event_type: "change_rolled_back", details: { rolled_back_entry_id: change } });
    expect((await auditOf(team))[0]).toEqual(audit_entry);
    expect(await codeOf(rollback(team.owner, change))).toBe("stale");
    expect((await rollback(team.owner, audit_entry.id)).policy.threshold_value).toBe(20);
  });

  it("overwrites a later change only when that is confirmed", async () => {
    const team = await aTeam();
    await approve(team.owner, await ask(team.agent, team.policy_id));
    await app().call(updatePolicy, team.owner, { id: team.policy_id, threshold_value: 33 });
    const change = await newest(team);
    expect(await preview(team.owner, change)).toMatchObject({ is_stale: true, current_value: 33 });
    const refusal = await problemOf(rollback(team.owner, change));
    expect(refusal).toMatchObject({ code: "stale", status: 409 });
    expect(refusal.message).toContain("33");
    expect((await rollback(team.owner, change, { confirm: true })).policy.threshold_value).toBe(10);
  });

  it("keeps to the boundaries, and makes an action milder only with a reason", async () => {
    const team = await aTeam();
    await approve(team.owner, await ask(team.agent, team.policy_id, 1_000));
    await app().call(updatePolicy, team.owner, { id: team.policy_id, threshold_value: 900 });
    await rollback(team.owner, await newest(team), { confirm: true });
    await later(app(), 20 * MINUTE, async () =>
      approve(team.owner, await ask(team.agent, team.policy_id, "pause_agent", "action_type")),
    );
    const escalated = await newest(team);
    expect(await preview(team.owner, escalated)).toMatchObject({ needs_reason: true });
    expect((await problemOf(rollback(team.owner, escalated))).details.errors).toMatchObject([{ path: "/reason" }]);
    const { policy } = await rollback(team.owner, escalated, { reason: "It was too hard." });
    expect(policy.action_type).toBe("throttle");
    // The tier of the workspace became smaller since.
    await app().admin.query("update workspaces set tier_name = 'free' where workspace_id = $1", [team.workspace.id]);
    const lowered = (await auditOf(team)).find(({ details }) => details.old_value === 900)?.id ?? "";
    expect((await preview(team.owner, lowered)).refusal).toContain("exceeds the workspace boundary of 50 USD");
    const refusal = await problemOf(rollback(team.owner, lowered));
    expect(refusal).toMatchObject({ code: "boundary_violation", details: { limit: 50 } });
    expect((await auditOf(team))[0]).toMatchObject({
      event_type: "boundary_violation",
      details: { source: "rollback", audit_entry_id: lowered, value: 900 },
    });
  });

  it("is for owners and admins, and for changes alone", async () => {
    const team = await aTeam();
    const foreign = await aTeam();
    await approve(team.owner, await ask(team.agent, team.policy_id));
    const change = await newest(team);
    const member = await aPerson(app(), team.workspace.id, "member");
    for (const by of [member, team.agent])
      for (const work of [rollback, preview]) expect(await codeOf(work(by, change))).toBe("forbidden");
    expect(await codeOf(rollback(foreign.owner, change))).toBe("not_found");
    expect(await codeOf(preview(foreign.owner, change))).toBe("not_found");
    expect(await codeOf(rollback(team.owner, team.agent.id))).toBe("not_found");
    for (const type of ["request_submitted", "request_approved"])
      expect(await codeOf(rollback(team.owner, await newest(team, type)))).toBe("not_reversible");
    await app().call(deletePolicy, team.owner, { id: team.policy_id });
    expect(await codeOf(rollback(team.owner, change))).toBe("not_found");
  });
});

/** Requests, decisions about them, and their time. */
import { describe, expect, it } from "vitest";
import { anAgent } from "../../test/harness/builders.ts";
import { codeOf, DAY, governanceOn, MINUTE } from "../../test/harness/governance.ts";
import { aPerson, problemOf, useApp } from "../../test/harness/harness.ts";
import { jobContext, later, runJobs } from "../../test/harness/team.ts";
import { pauseAgent } from "../agents/operations/pause-agent.ts";
import { createPolicy } from "../risk/operations/create-policy.ts";
import { deletePolicy } from "../risk/operations/delete-policy.ts";
import { topUpPolicy } from "../risk/operations/top-up-policy.ts";
import { updatePolicy } from "../risk/operations/update-policy.ts";
import { EVIDENCE_TRIES_MAX, governanceJobs } from "./jobs.ts";
import { claimEvidence } from "./operations/claim-evidence.ts";
import { denyRequest } from "./operations/deny-request.ts";
import { expireGovernance } from "./operations/expire-governance.ts";
import { gatherEvidence } from "./operations/gather-evidence.ts";
import { getRequest } from "./operations/get-request.ts";
import { listPending } from "./operations/list-pending.ts";
import { listRequests } from "./operations/list-requests.ts";
import { saveEvidence } from "./operations/save-evidence.ts";

const app = useApp();
const { aTeam, ask, approve, delegate, policyOf, auditOf, typesOf, aGrant } = governanceOn(app);
type Field = "threshold_value" | "action_type" | "cooldown_minutes";

describe("a request", () => {
  it("stores the wanted change with its evidence, and changes nothing", async () => {
    const team = await aTeam();
    const request = await ask(team.agent, team.policy_id);
    expect(request).toMatchObject({
      status: "pending",
      agent_id: team.agent.id,
      source: "agent",
      requested_changes: { field: "threshold_value", current_value: 10, requested_value: 20 },
      reviewed_by: null,
      evidence: {
        headroom: { cap: 10, left: 10 },
        boundary: null,
        touches: { scope: "agent", agents: 1, waiting_tasks: 0 },
        backtest: null,
      },
      evidence_state: "waiting",
    });
    expect(Date.parse(request.expires_at) - Date.parse(request.requested_at)).toBe(DAY * 1_000);
    expect((await policyOf(team)).threshold_value).toBe(10);
    expect((await auditOf(team))[0]).toMatchObject({
      event_type: "request_submitted",
      agent_id: team.agent.id,
      details: { request_id: request.id, current_value: 10, requested_value: 20 },
    });
    await runJobs(app(), governanceJobs().slice(1, 2));
    const { evidence, evidence_state } = await app().call(getRequest, team.owner, { id: request.id });
    expect(evidence_state).toBe("complete");
    expect(evidence.backtest).toMatchObject({ fired_count: 0, before: { fired_count: 0 }, coverage: { events: 0 } });
    expect(evidence.headroom).toMatchObject({ cap: 10 });
  });

  it("whose backtest always fails is tried again after growing waits, and lets the next one go first", async () => {
    const team = await aTeam();
    const broken = await ask(team.agent, team.policy_id);
    const set = `update policy_requests set requested_changes = jsonb_set(requested_changes, '{requested_value}', '"x"')
      where id = $1`;
    await app().admin.query(set, [broken.id]);
    const own = { policy_type: "token_rate_cap", threshold_value: 5 } as const;
    const { id: other } = await app().call(createPolicy, team.owner, own);
    const sound = await ask(team.agent, other, 6);
    const read = async ({ id }: { id: string }) => app().call(getRequest, team.owner, { id });
    const tryOnce = () =>
      runJobs(app(), governanceJobs().slice(1, 2)).then(
        () => "done",
        () => "failed",
      );
    expect([await tryOnce(), await tryOnce(), await tryOnce()]).toEqual(["failed", "done", "done"]);
    expect([(await read(broken)).evidence_state, (await read(sound)).evidence_state]).toEqual(["waiting", "complete"]);
    for (let tries = 1; tries < EVIDENCE_TRIES_MAX; tries++)
      expect(await later(app(), tries * 3_600, tryOnce)).toBe("failed");
    expect(await read(broken)).toMatchObject({
      evidence_state: "failed",
      evidence: { headroom: { cap: 10 }, backtest: null, backtest_failure: "The server could not run the backtest." },
    });
    expect(await later(app(), 20 * 3_600, tryOnce)).toBe("done");
    expect((await typesOf(team)).filter((type) => type === "evidence_added")).toHaveLength(2);
  });

  it("of another workspace is not claimed for its backtest", async () => {
    const [one, two] = [await aTeam(), await aTeam()];
    const [own, foreign] = [await ask(one.agent, one.policy_id), await ask(two.agent, two.policy_id)];
    const claim = () => jobContext(app()).dispatch(claimEvidence, one.workspace.id);
    expect([await claim(), await claim()]).toEqual([
      { id: own.id, tries: 1 },
      { id: null, tries: 0 },
    ]);
    const { dispatch } = jobContext(app());
    for (const work of [
      dispatch(gatherEvidence, one.workspace.id, { id: foreign.id }),
      dispatch(saveEvidence, one.workspace.id, { id: foreign.id }),
    ])
      expect(await codeOf(work)).toBe("not_found");
    const { rows } = await app().admin.query(
      "select evidence_tries, evidence_state from policy_requests where id = $1",
      [foreign.id],
    );
    expect(rows).toEqual([{ evidence_tries: 0, evidence_state: "waiting" }]);
  });

  it("is refused for wrong values, foreign limits and those of others, for people, and while its agent is paused", async () => {
    const team = await aTeam();
    const other = await anAgent(app(), team.workspace);
    const foreign = await aTeam();
    for (const [field, value] of [
      ["threshold_value", "a lot"],
      ["action_type", 3],
      ["action_type", "explode"],
      ["cooldown_minutes", 30.5],
      ["threshold_value", Number.NaN],
      ["is_enabled", false],
    ])
      expect(await codeOf(ask(team.agent, team.policy_id, value, field as Field)), `${field} ${value}`).toBe(
        "invalid_input",
      );
    expect(await codeOf(ask(other, team.policy_id))).toBe("not_found");
    expect(await codeOf(ask(foreign.agent, team.policy_id))).toBe("not_found");
    expect(await codeOf(ask(team.owner, team.policy_id))).toBe("forbidden");
    await app().call(pauseAgent, team.owner, { id: team.agent.id });
    expect(await codeOf(ask(team.agent, team.policy_id))).toBe("agent_paused");
  });

  it("waits 15 minutes after another one for the limit, also after a denial and for other agents", async () => {
    const { owner, agent, workspace } = await aTeam();
    const { id: policy_id } = await app().call(createPolicy, owner, {
      policy_type: "token_rate_cap",
      threshold_value: 5,
    });
    const other = await anAgent(app(), workspace);
    await app().call(denyRequest, owner, { id: (await ask(agent, policy_id)).id });
    const refusal = await problemOf(ask(other, policy_id));
    expect(refusal).toMatchObject({ code: "cooldown", status: 429 });
    expect(refusal.details.retry_after_seconds).toBeGreaterThan(0);
    await later(app(), 15 * MINUTE, () => ask(other, policy_id));
  });

  it("is seen by people and by its own agent alone", async () => {
    const team = await aTeam();
    const other = await anAgent(app(), team.workspace);
    const foreign = await aTeam();
    const viewer = await aPerson(app(), team.workspace.id, "viewer");
    const { id } = await ask(team.agent, team.policy_id);
    for (const by of [viewer, team.agent]) {
      expect((await app().call(listPending, by, {})).items.map((one) => one.id)).toEqual([id]);
      expect((await app().call(listRequests, by, { agent_id: team.agent.id })).items).toHaveLength(1);
      expect(await app().call(getRequest, by, { id })).toMatchObject({ id });
    }
    expect((await app().call(listRequests, other, {})).items).toEqual([]);
    expect(await codeOf(app().call(listRequests, other, { agent_id: team.agent.id }))).toBe("forbidden");
    expect(await codeOf(app().call(getRequest, other, { id }))).toBe("not_found");
    for (const operation of [getRequest, denyRequest])
      expect(await codeOf(app().call(operation, foreign.owner, { id }))).toBe("not_found");
    expect(await codeOf(approve(foreign.owner, { id }))).toBe("not_found");
  });
});

describe("a decision", () => {
  it("changes the limit once, with one fact of each kind", async () => {
    const team = await aTeam();
    const admin = await aPerson(app(), team.workspace.id, "admin");
    const request = await ask(team.agent, team.policy_id);
    const { request: applied, policy } = await approve(admin, request);
    expect(policy).toMatchObject({ threshold_value: 20, revision: 2 });
    expect(applied).toMatchObject({ status: "applied", reviewed_by: admin.id, approvals: [{ user_id: admin.id }] });
    expect(await typesOf(team)).toEqual(["request_submitted", "request_approved", "change_applied"]);
    expect((await auditOf(team))[0]).toMatchObject({
      actor: { kind: "user", id: admin.id },
      details: {
        request_id: request.id,
        old_value: 10,
        new_value: 20,
        policy_before: { threshold_value: 10, action_type: "throttle", cooldown_minutes: 360 },
        policy_after: { threshold_value: 20 },
        source: "request",
      },
    });
    for (const again of [approve, delegate]) expect(await codeOf(again(team.owner, request))).toBe("already_decided");
    expect(await codeOf(app().call(denyRequest, admin, { id: request.id }))).toBe("already_decided");
  });

  it("denies with a reason", async () => {
    const team = await aTeam();
    const request = await ask(team.agent, team.policy_id);
    const denied = await app().call(denyRequest, team.owner, { id: request.id, reason: "Not today." });
    expect(denied).toMatchObject({ status: "denied", reviewed_by: team.owner.id, review_reason: "Not today." });
    expect(await codeOf(approve(team.owner, request))).toBe("already_decided");
    expect(await typesOf(team)).toEqual(["request_submitted", "request_denied"]);
  });

  it("after the end has no effect: one fact of the end, and a late denial is a note", async () => {
    const team = await aTeam();
    const request = await ask(team.agent, team.policy_id);
    await later(app(), DAY, async () => {
      expect((await app().call(getRequest, team.owner, { id: request.id })).status).toBe("expired");
      expect(await codeOf(approve(team.owner, request))).toBe("expired");
      expect(await codeOf(delegate(team.owner, request))).toBe("expired");
      expect(await codeOf(app().call(denyRequest, team.owner, { id: request.id, reason: "Late" }))).toBe("expired");
      await app().call(expireGovernance, team.owner, {});
    });
    expect(await app().call(getRequest, team.owner, { id: request.id })).toMatchObject({
      status: "expired",
      reviewed_by: null,
    });
    expect(await typesOf(team)).toEqual(["request_submitted", "request_expired", "late_denial"]);
    expect((await policyOf(team)).threshold_value).toBe(10);
  });

  it("of a limit that changed since needs a confirmation; of one that is gone is over", async () => {
    const team = await aTeam();
    const request = await ask(team.agent, team.policy_id);
    await app().call(updatePolicy, team.owner, { id: team.policy_id, threshold_value: 50 });
    expect(await codeOf(approve(team.owner, request))).toBe("stale");
    await approve(team.owner, request, { confirm: true });
    expect((await policyOf(team)).threshold_value).toBe(20);
    const gone = await later(app(), 20 * MINUTE, () => ask(team.agent, team.policy_id, 30));
    await app().call(deletePolicy, team.owner, { id: team.policy_id });
    expect(await codeOf(approve(team.owner, gone))).toBe("expired");
    expect((await app().call(listPending, team.owner, {})).items).toEqual([]);
    expect((await typesOf(team)).at(-1)).toBe("request_expired");
  });

  it("never crosses a boundary: the request stays pending, and the refusal is a fact", async () => {
    const team = await aTeam("free");
    for (const [at, field, value, words] of [
      [0, "threshold_value", 51, "exceeds the workspace boundary of 50 USD on the free tier"],
      [1, "threshold_value", -1, "negative"],
      [2, "cooldown_minutes", 29, "below minimum"],
      [3, "cooldown_minutes", 10_081, "above maximum"],
      [4, "action_type", "alert_only", "Cannot de-escalate"],
    ] as const) {
      const request = await later(app(), at * 16 * MINUTE, () => ask(team.agent, team.policy_id, value, field));
      expect(request.evidence.boundary).toContain(words);
      for (const work of [approve, delegate]) {
        const refusal = await problemOf(work(team.owner, request));
        expect(refusal).toMatchObject({ code: "boundary_violation", status: 403 });
        expect(refusal.message).toContain(words);
      }
      expect((await app().call(getRequest, team.owner, { id: request.id })).status).toBe("pending");
    }
    expect((await typesOf(team)).filter((type) => type === "boundary_violation")).toHaveLength(10);
    expect(await policyOf(team)).toMatchObject({ threshold_value: 10, revision: 1 });
    // A top-up takes a part of the boundary.
    const [until, reason] = [new Date(Date.now() + DAY * 1_000).toISOString(), "A long day."];
    await app().call(topUpPolicy, team.owner, { id: team.policy_id, amount_usd: 20, until, reason });
    const high = await later(app(), 5 * 16 * MINUTE, () => ask(team.agent, team.policy_id, 40));
    expect(await codeOf(approve(team.owner, high))).toBe("boundary_violation");
    expect((await app().call(getRequest, team.owner, { id: high.id })).status).toBe("pending");
  });
});

describe("time", () => {
  it("the sweep ends requests and grants once, and reminds once before the end", async () => {
    const team = await aTeam();
    const [sweep] = governanceJobs();
    const request = await ask(team.agent, team.policy_id);
    await later(app(), DAY - 3_600, async () => {
      for (const _ of [1, 2]) await sweep?.run(jobContext(app()));
      expect(await typesOf(team)).toEqual(["request_submitted", "request_reminded"]);
      await aGrant(team, { duration_minutes: 30 });
    });
    await later(app(), DAY, async () => {
      for (const _ of [1, 2]) await sweep?.run(jobContext(app()));
    });
    expect((await typesOf(team)).slice(-2).sort()).toEqual(["grant_expired", "request_expired"]);
    expect((await app().call(getRequest, team.owner, { id: request.id })).status).toBe("expired");
    const member = await aPerson(app(), team.workspace.id, "member");
    expect(await codeOf(app().call(expireGovernance, member, {}))).toBe("forbidden");
    expect(await app().call(expireGovernance, team.owner, {})).toEqual({ requests_expired: 0, grants_expired: 0 });
  });
});

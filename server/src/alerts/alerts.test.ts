import { describe, expect, test } from "vitest";
import { anAgent } from "../../test/harness/builders.ts";
import {
  aPerson,
  aWorkspace,
  createSecondApp,
  factsOf,
  problemOf,
  type TestApp,
  type TestWorkspace,
  testEnvironment,
  useApp,
} from "../../test/harness/harness.ts";
import { dispatchOn, later } from "../../test/harness/team.ts";
import { archiveAgent } from "../agents/operations/archive-agent.ts";
import type { Actor } from "../kernel/actor.ts";
import type { Mail } from "../kernel/environment.ts";
import { getOverview } from "../observability/operations/get-overview.ts";
import { heartbeatAgent } from "../observability/operations/heartbeat-agent.ts";
import { ingestEvents } from "../observability/operations/ingest-events.ts";
import { createChannel } from "../outbox/operations/create-channel.ts";
import { sendAll } from "../outbox/test-receiver.ts";
import { getTier } from "../tiers/index.ts";
import { acknowledgeEvent } from "./operations/acknowledge-event.ts";
import { createRule } from "./operations/create-rule.ts";
import { deleteRule } from "./operations/delete-rule.ts";
import { evaluateRules } from "./operations/evaluate-rules.ts";
import { getRule } from "./operations/get-rule.ts";
import { listEvents } from "./operations/list-events.ts";
import { listRules } from "./operations/list-rules.ts";
import { sendRuleTest } from "./operations/send-rule-test.ts";
import { updateRule } from "./operations/update-rule.ts";

const mails: Mail[] = [];
const app = useApp({ env: testEnvironment({ mails }) });

async function aTeam(tier?: string) {
  const workspace = await aWorkspace(app(), tier);
  const agent = await anAgent(app(), workspace, { name: "Writer" });
  return { workspace, owner: workspace.owner, agent };
}

const aRule = ({ owner }: TestWorkspace, fields: Record<string, unknown> = {}) =>
  app().call(createRule, owner, { name: "Cost", rule_type: "cost_per_day", threshold: 10, ...fields });

const spend = (agent: Actor, cost_usd: number) => app().call(ingestEvents, agent, { event_type: "llm_call", cost_usd });
const endRun = (agent: Actor, status: "success" | "error") =>
  app().call(ingestEvents, agent, { event_type: "run_finished", status });

async function workDue(workspace: string): Promise<boolean> {
  const text = "select bailiwick_alert_work_due() as id";
  const rows = await app().db.outside((tx) => tx.statement<{ id: string }>("test.alerts-due", text, []));
  return rows.some(({ id }) => id === workspace);
}

/** Evaluates as the job does: only where work is due. Returns the number of alerts that fired. */
async function look({ id }: TestWorkspace, on: TestApp = app()): Promise<number> {
  const done = (await dispatchOn(on)(evaluateRules, id)) as { fired: number };
  return done.fired;
}

const eventsOf = async ({ owner }: TestWorkspace) => (await app().call(listEvents, owner, {})).items;
const alertFacts = async ({ id }: TestWorkspace) =>
  (await factsOf(app(), id)).filter(({ type }) => type.startsWith("alert."));

describe("a rule", () => {
  test("fires once above its threshold, with its agents, and resolves on the next day", async () => {
    const { workspace, agent, owner } = await aTeam();
    const other = await anAgent(app(), workspace, { name: "Coder" });
    const { id } = await aRule(workspace, { warning_threshold: 8 });
    await spend(agent, 6);
    await spend(other, 2);
    expect(await look(workspace)).toBe(0);
    await spend(agent, 1);
    expect(await look(workspace)).toBe(1);
    expect(await look(workspace)).toBe(0);
    await spend(agent, 2);
    expect(await look(workspace)).toBe(1);
    const [alert, warning] = await eventsOf(workspace);
    expect(warning).toMatchObject({ level: "warning", metric_value: 9, threshold_value: 8, rule_id: id });
    expect(warning?.resolved_at).toEqual(expect.any(String));
    expect(alert).toMatchObject({
      level: "alert",
      metric_value: 11,
      threshold_value: 10,
      resolved_at: null,
      agent_ids: [agent.id, other.id],
      message: "Cost: $11.00 today, above $10.00. Writer $9.00, Coder $2.00.",
    });
    expect(await app().call(getRule, owner, { id })).toMatchObject({ level: "alert" });
    await later(app(), 86_400, async () => {
      expect(await look(workspace)).toBe(0);
      expect((await eventsOf(workspace))[0]?.resolved_at).toEqual(expect.any(String));
    });
    const facts = await alertFacts(workspace);
    expect(facts.map(({ type, data }) => [type, data.level])).toEqual([
      ["alert.fired", "warning"],
      ["alert.fired", "alert"],
      ["alert.resolved", "alert"],
    ]);
    expect(facts.every(({ subject_id, actor_kind }) => subject_id === id && actor_kind === "system")).toBe(true);
  });

  test("is due at once after new events, and fires once for several processes", async () => {
    const { workspace, agent } = await aTeam();
    await aRule(workspace, { agent_id: agent.id, threshold: 0.5 });
    await look(workspace);
    expect(await workDue(workspace.id)).toBe(false);
    await spend(agent, 0.50000001);
    await app().admin.query("update alert_looks set looked_at = now() - interval '6 s' where workspace_id = $1", [
      workspace.id,
    ]);
    expect(await workDue(workspace.id)).toBe(true);
    const second = createSecondApp(app());
    const fired = await Promise.all([app(), second, app(), second].map((one) => look(workspace, one)));
    await second.close();
    expect(fired.reduce((sum, count) => sum + count, 0)).toBe(1);
    expect((await eventsOf(workspace)).length).toBe(1);
    expect((await alertFacts(workspace)).length).toBe(1);
  });

  test("about errors counts the runs of its window, and says nothing without runs", async () => {
    const { workspace, agent } = await aTeam();
    await aRule(workspace, { rule_type: "error_rate", threshold: 40, window_minutes: 30, name: "Errors" });
    const noData = await aRule(workspace, { rule_type: "error_rate", threshold: 99, no_data: "fire", name: "Silent" });
    expect(await look(workspace)).toBe(1);
    expect((await eventsOf(workspace))[0]).toMatchObject({ rule_id: noData.id, metric_value: null, level: "alert" });
    for (const status of ["success", "success", "error"] as const) await endRun(agent, status);
    expect(await look(workspace)).toBe(0);
    await endRun(agent, "error");
    expect(await look(workspace)).toBe(1);
    expect((await eventsOf(workspace))[0]).toMatchObject({ rule_name: "Errors", metric_value: 50 });
    await later(app(), 1_900, () => look(workspace));
    expect((await alertFacts(workspace)).map(({ type, data }) => `${type} ${data.name}`)).toContain(
      "alert.resolved Errors",
    );
  });

  test("about silence fires after the heartbeat is due, names the silent agents, and resolves with the next one", async () => {
    const { workspace, agent } = await aTeam();
    const other = await anAgent(app(), workspace, { name: "Gone" });
    await app().call(heartbeatAgent, agent, {});
    await app().call(heartbeatAgent, other, {});
    await aRule(workspace, { rule_type: "no_heartbeat", threshold: 5, name: "Silent" });
    const never = await anAgent(app(), workspace, { name: "Never" });
    await aRule(workspace, { rule_type: "no_heartbeat", threshold: 5, agent_id: never.id, name: "Never" });
    expect(await look(workspace)).toBe(0);
    await later(app(), 360, async () => {
      await app().call(heartbeatAgent, agent, {});
      expect(await workDue(workspace.id)).toBe(true);
      expect(await look(workspace)).toBe(1);
      const [event] = await eventsOf(workspace);
      expect(event).toMatchObject({ agent_ids: [other.id], level: "alert" });
      expect(event?.message).toContain("Gone 6 min");
    });
    await app().call(archiveAgent, workspace.owner, { id: other.id });
    await later(app(), 400, () => look(workspace));
    expect((await alertFacts(workspace)).map(({ type }) => type)).toEqual(["alert.fired", "alert.resolved"]);
  });

  test("does not fire while it is muted or cools down, and fires then", async () => {
    const { workspace, owner, agent } = await aTeam();
    const muted_until = new Date(Date.now() + 3_600_000).toISOString();
    const { id } = await aRule(workspace, { threshold: 1, muted_until, cooldown_minutes: 120 });
    await spend(agent, 2);
    expect(await look(workspace)).toBe(0);
    await app().call(updateRule, owner, { id, muted_until: null });
    expect(await look(workspace)).toBe(1);
    await app().call(updateRule, owner, { id, threshold: 3 });
    expect(await look(workspace)).toBe(0);
    expect((await eventsOf(workspace))[0]?.resolved_at).toEqual(expect.any(String));
    await app().call(updateRule, owner, { id, threshold: 1 });
    expect(await look(workspace)).toBe(0);
    await app().call(updateRule, owner, { id, cooldown_minutes: 0 });
    expect(await look(workspace)).toBe(1);
    await app().call(updateRule, owner, { id, is_enabled: false });
    expect(await app().call(getRule, owner, { id })).toMatchObject({ is_enabled: false, level: null });
    expect((await eventsOf(workspace)).filter(({ resolved_at }) => resolved_at === null)).toEqual([]);
  });

  test("reaches the channels for alerts, also as a test", async () => {
    const { workspace, owner, agent } = await aTeam();
    const target = `${workspace.id}@example.org`;
    await app().call(createChannel, owner, { kind: "email", name: "On call", target, for: ["alerts"] });
    const { id } = await aRule(workspace, { threshold: 1, agent_id: agent.id });
    await app().call(sendRuleTest, owner, { id });
    await spend(agent, 2);
    await look(workspace);
    await sendAll(app(), workspace.id);
    expect(mails.filter(({ to }) => to === target).map(({ subject }) => subject)).toEqual([
      "Test: Cost",
      "Alert: Cost",
    ]);
    expect((await eventsOf(workspace)).length).toBe(1);
  });

  test("keeps its alerts when it is deleted", async () => {
    const { workspace, owner, agent } = await aTeam();
    const { id } = await aRule(workspace, { threshold: 1 });
    await spend(agent, 2);
    await look(workspace);
    await app().call(deleteRule, owner, { id });
    expect(await eventsOf(workspace)).toMatchObject([
      { rule_id: id, rule_name: "Cost", resolved_at: expect.any(String) },
    ]);
    expect(await look(workspace)).toBe(0);
    expect(await problemOf(app().call(getRule, owner, { id }))).toMatchObject({ code: "not_found" });
  });

  test("with wrong fields, of another workspace or by the wrong caller is refused", async () => {
    const { workspace, owner, agent } = await aTeam();
    const wrong = [
      [{ warning_threshold: 10 }, "/warning_threshold"],
      [{ rule_type: "error_rate", threshold: 101 }, "/threshold"],
      [{ muted_until: "2026-02-31T00:00:00Z" }, "/muted_until"],
    ] as const;
    for (const [fields, path] of wrong)
      expect(await problemOf(aRule(workspace, fields))).toMatchObject({ details: { errors: [{ path }] } });
    const { id } = await aRule(workspace);
    expect(await problemOf(app().call(updateRule, owner, { id, warning_threshold: 11 }))).toMatchObject({
      code: "invalid_input",
    });
    const stranger = await aTeam();
    const foreign = { agent_id: agent.id };
    expect(await problemOf(aRule(stranger.workspace, foreign))).toMatchObject({ code: "not_found" });
    expect(await problemOf(app().call(deleteRule, stranger.owner, { id }))).toMatchObject({ code: "not_found" });
    expect(await problemOf(app().call(listRules, agent, {}))).toMatchObject({ code: "forbidden" });
    const member = await aPerson(app(), workspace.id, "member");
    expect(await problemOf(app().call(updateRule, member, { id, threshold: 1 }))).toMatchObject({ code: "forbidden" });
  });

  test("is counted against the tier, also for callers at once", async () => {
    const { workspace, owner } = await aTeam("production");
    const made = await Promise.allSettled(Array.from({ length: 6 }, () => aRule(workspace)));
    expect(made.filter(({ status }) => status === "fulfilled").length).toBe(3);
    expect(await problemOf(aRule(workspace))).toMatchObject({
      code: "tier_limit",
      details: { upgrade_required: true },
    });
    expect(await app().call(getTier, owner, {})).toMatchObject({ usage: { alert_rules: 3 } });
    const free = await aTeam("free");
    expect(await problemOf(aRule(free.workspace))).toMatchObject({ code: "tier_limit" });
  });
});

describe("an alert", () => {
  test("is acknowledged once, and counts in the overview until then", async () => {
    const { workspace, owner, agent } = await aTeam();
    await aRule(workspace, { threshold: 1 });
    await spend(agent, 2);
    await look(workspace);
    const unacknowledged = async () => (await app().call(getOverview, owner, {})).unacknowledged_alerts;
    expect(await unacknowledged()).toBe(1);
    const [event] = await eventsOf(workspace);
    const id = event?.id ?? "";
    const viewer = await aPerson(app(), workspace.id, "viewer");
    expect(await problemOf(app().call(acknowledgeEvent, viewer, { id }))).toMatchObject({ code: "forbidden" });
    const members = await Promise.all([1, 2, 3].map(() => aPerson(app(), workspace.id, "member")));
    const answers = await Promise.all(members.map((member) => app().call(acknowledgeEvent, member, { id })));
    expect(new Set(answers.map((one) => one.acknowledged_by_user_id)).size).toBe(1);
    expect(await unacknowledged()).toBe(0);
    expect((await alertFacts(workspace)).filter(({ type }) => type === "alert.acknowledged").length).toBe(1);
    expect((await app().call(listEvents, owner, { is_acknowledged: false })).items).toEqual([]);
    const stranger = (await aTeam()).owner;
    expect(await problemOf(app().call(acknowledgeEvent, stranger, { id }))).toMatchObject({ code: "not_found" });
  });
});

/** Gate rules, and what they decide without people. */
import { describe, expect, test } from "vitest";
import { aWorkspace, factsOf, problemOf } from "../../test/harness/harness.ts";
import { outcomesOf, times } from "../../test/harness/outcomes.ts";
import { later, runJobs } from "../../test/harness/team.ts";
import { toolGateJobs } from "./jobs.ts";
import { createGateRule } from "./operations/create-gate-rule.ts";
import { deleteGateRule } from "./operations/delete-gate-rule.ts";
import { getGateRules } from "./operations/get-gate-rules.ts";
import { FACTS_PER_MINUTE } from "./rules.ts";
import { RULES_MAX } from "./schema.ts";
import { useGate } from "./test-doors.ts";

const { app, scene, rule, hook, decisionOf, decisions, pending } = useGate();

describe("rules", () => {
  test("are made, listed and deleted by owners and admins", async () => {
    const { owner, viewer, agent, workspace } = scene();
    const made = await rule("Bash(rm *)", "deny", { agent_id: agent.id });
    expect(made).toMatchObject({ decision: "deny", mode: "enforce", agent_id: agent.id });
    expect((await app().call(createGateRule, owner, { tool_pattern: "*", decision: "ask" })).mode).toBe("shadow");
    expect((await app().call(getGateRules, owner, {})).items).toHaveLength(2);
    for (const by of [viewer, agent])
      expect((await problemOf(app().call(createGateRule, by, { tool_pattern: "*", decision: "allow" }))).code).toBe(
        "forbidden",
      );
    for (const tool_pattern of ["(", "Bash(", "Bash()", "a b", "Bash(x) y"])
      expect((await problemOf(rule(tool_pattern, "ask"))).code, tool_pattern).toBe("invalid_input");
    const foreign = await aWorkspace(app());
    expect((await problemOf(app().call(deleteGateRule, foreign.owner, { id: made.id }))).code).toBe("not_found");
    expect((await problemOf(rule("*", "ask", { agent_id: foreign.owner.id }))).code).toBe("not_found");
    const ends = await outcomesOf(times(3, () => app().call(deleteGateRule, owner, { id: made.id })));
    expect([ends.done.length, ends.refused]).toEqual([1, { not_found: 2 }]);
    const types = (await factsOf(app(), workspace.id, made.id)).map(({ type }) => type);
    expect(types).toEqual(["gate.rule_created", "gate.rule_deleted"]);
  });

  test("are limited, also when many are made at once", async () => {
    await app().admin.query(
      `insert into gate_rules (workspace_id, id, tool_pattern, decision, mode, created_by, created_at)
       select $1, gen_random_uuid(), 'x', 'ask', 'shadow', $2, now() from generate_series(2, $3)`,
      [scene().workspace.id, scene().owner.id, RULES_MAX],
    );
    const made = await outcomesOf(times(3, () => rule("*", "ask")));
    expect([made.done.length, made.refused]).toEqual([1, { conflict: 2 }]);
  });

  test("a deny wins, then the most exact pattern, then the rule for the agent; another agent's rule is not about it", async () => {
    await rule("Bash", "ask");
    await rule("Bash(git *)", "allow");
    await rule("Bash(git push *)", "ask", { agent_id: scene().other.id });
    expect([await decisionOf("git status"), await decisionOf("git push x"), await decisionOf("make")]).toEqual([
      "allow",
      "allow",
      "defer",
    ]);
    await rule("Bash(git push *)", "deny");
    expect(await hook("git push x")).toMatchObject({
      permissionDecision: "deny",
      permissionDecisionReason: expect.stringContaining("Bash(git push *)"),
    });
  });

  test("in shadow only the log says what they would have decided", async () => {
    await rule("Bash(rm *)", "deny", { mode: "shadow" });
    expect(await hook("rm x")).toEqual({});
    expect(await hook("ls")).toEqual({});
    expect(await decisions()).toMatchObject([{ decision: "none", shadow_decision: "deny", tool_name: "Bash" }]);
    expect(await pending()).toEqual([]);
  });

  test("many equal decisions of a minute share a fact, and none is lost", async () => {
    await rule("Bash", "deny");
    const all = FACTS_PER_MINUTE + 4;
    await Promise.all(times(all, () => decisionOf("ls")));
    expect(await decisions()).toHaveLength(FACTS_PER_MINUTE);
    await later(app(), 140, () => runJobs(app(), toolGateJobs()));
    await later(app(), 140, () => runJobs(app(), toolGateJobs()));
    const counts = (await decisions()).map(({ count }) => Number(count));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(all);
    expect(counts.length).toBeLessThan(all);
  });
});

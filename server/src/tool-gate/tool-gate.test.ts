/** The gate through its doors: the hook of a client, its permission prompt, and the people who decide. */
import { describe, expect, test } from "vitest";
import { factsOf, problemOf } from "../../test/harness/harness.ts";
import { times } from "../../test/harness/outcomes.ts";
import { later, runJobs } from "../../test/harness/team.ts";
import { createWeb, credentialsOf } from "../../test/harness/web.ts";
import { actionJobs } from "../actions/jobs.ts";
import { approveAction } from "../actions/operations/approve-action.ts";
import { getAction } from "../actions/operations/get-action.ts";
import { proposeAction } from "../actions/operations/propose-action.ts";
import { rejectAction } from "../actions/operations/reject-action.ts";
import { startBypass } from "../actions/operations/start-bypass.ts";
import { pauseAgent } from "../agents/operations/pause-agent.ts";
import { query } from "../kernel/operation.ts";
import { Fields } from "../kernel/schema.ts";
import { claudeCodeHooks } from "../surfaces/claude-code/hooks.ts";
import { askPermission } from "./operations/ask-permission.ts";
import { deleteGateRule } from "./operations/delete-gate-rule.ts";
import { getGateRules } from "./operations/get-gate-rules.ts";
import { HOOK, useGate } from "./test-doors.ts";

const { app, web, scene, headers, send, hook, decisionOf, rule, pending, theOne, decisions } = useGate();

describe("the hook", () => {
  test("lets a person decide on the exact call, and allows it once", async () => {
    await rule("Bash", "ask");
    const waits = await hook("rm -rf build");
    const action = await theOne();
    expect(waits).toEqual({
      hookEventName: "PreToolUse",
      permissionDecision: "defer",
      permissionDecisionReason: expect.stringContaining(action.id),
    });
    expect(action).toMatchObject({
      action_type: "tool_call",
      service_type: "gate",
      payload: { tool_name: "Bash", tool_input: { command: "rm -rf build" } },
      reasoning: expect.stringContaining(HOOK.cwd),
    });
    expect((await hook("rm -rf build")).permissionDecision).toBe("defer");
    await theOne();
    await app().call(approveAction, scene().owner, { id: action.id, payload_hash: action.payload_hash });
    await runJobs(app(), actionJobs());
    expect((await hook("rm -rf other")).permissionDecision).toBe("defer");
    expect(await hook("rm -rf build")).toEqual({ hookEventName: "PreToolUse", permissionDecision: "allow" });
    expect(await app().call(getAction, scene().owner, { id: action.id })).toMatchObject({ status: "executed" });
    expect((await hook("rm -rf build")).permissionDecision).toBe("defer");
    expect(await decisions()).toMatchObject([
      { decision: "ask" },
      { decision: "ask" },
      { decision: "allow", cause: "person", action_id: action.id },
      { decision: "ask" },
    ]);
  });

  test("of two calls that use one approval, one passes", async () => {
    await rule("Bash", "ask");
    await hook("ls");
    const { id } = await theOne();
    await app().call(approveAction, scene().owner, { id });
    const answers = await Promise.all(times(5, () => decisionOf("ls")));
    expect(answers.sort()).toEqual(["allow", "defer", "defer", "defer", "defer"]);
    await theOne();
  });

  test("equal calls at once open one action", async () => {
    await rule("Bash", "ask");
    expect(await Promise.all(times(5, () => decisionOf("ls")))).toEqual(Array(5).fill("defer"));
    await theOne();
  });

  test("a rejection denies with the reason, and an edited approval gives the edited input", async () => {
    await rule("Bash", "ask");
    await hook("rm a");
    await app().call(rejectAction, scene().owner, { id: (await theOne()).id, reason: "Keep it." });
    for (const _ of [1, 2])
      expect(await hook("rm a")).toMatchObject({
        permissionDecision: "deny",
        permissionDecisionReason: expect.stringContaining("Keep it."),
      });
    await later(app(), 3_700, () => hook("rm a"));
    const { id } = await theOne();
    const payload = { tool_name: "Bash", tool_input: { command: "rm -i a" } };
    for (const wrong of [{ tool_name: "Write", tool_input: {} }, { tool_name: "Bash" }, { ...payload, more: 1 }])
      expect((await problemOf(app().call(approveAction, scene().owner, { id, payload: wrong }))).code).toBe(
        "invalid_input",
      );
    await app().call(approveAction, scene().owner, { id, payload });
    expect(await hook("rm a")).toMatchObject({ permissionDecision: "allow", updatedInput: payload.tool_input });
  });

  test("a decision that comes too late or is not used does not allow", async () => {
    await rule("Bash", "ask");
    await hook("ls");
    const first = await theOne();
    await later(app(), 90_000, async () => {
      expect((await problemOf(app().call(approveAction, scene().owner, { id: first.id }))).code).toBe("expired");
      expect(await decisionOf("ls")).toBe("defer");
      const second = await theOne();
      expect(second.id).not.toBe(first.id);
      await app().call(approveAction, scene().owner, { id: second.id });
    });
    await later(app(), 180_000, async () => {
      await runJobs(app(), actionJobs());
      const [last] = (await factsOf(app(), scene().workspace.id)).filter(({ type }) => type === "action.failed");
      expect(last?.data).toMatchObject({ error: "The agent did not repeat the call in time." });
      expect(await decisionOf("ls")).toBe("defer");
    });
  });

  test("a rule that changes between the approval and the call counts", async () => {
    const asks = await rule("Bash", "ask");
    await hook("ls");
    await app().call(approveAction, scene().owner, { id: (await theOne()).id });
    const denies = await rule("Bash(ls *)", "deny");
    expect(await decisionOf("ls")).toBe("deny");
    await app().call(deleteGateRule, scene().owner, { id: denies.id });
    expect(await decisionOf("ls")).toBe("allow");
    await app().call(deleteGateRule, scene().owner, { id: asks.id });
    expect(await hook("ls")).toEqual({});
  });

  test("a bypass allows at once and names the call", async () => {
    await rule("Bash", "ask");
    await app().call(startBypass, scene().owner, { reason: "The release night." });
    expect(await decisionOf("ls")).toBe("allow");
    expect(await pending()).toEqual([]);
    expect(await decisions()).toMatchObject([{ decision: "allow", cause: "bypass" }]);
  });

  test("answers other events and forms as the client expects", async () => {
    await rule("Bash", "ask");
    expect((await send({ ...HOOK, hook_event_name: "SessionStart" })).body).toEqual({});
    expect((await hook("ls", "?waits=deny")).permissionDecision).toBe("deny");
    const sent = await send({ ...HOOK, hook_event_name: "PermissionRequest", tool_input: { command: "ls" } });
    expect(sent.body.hookSpecificOutput).toMatchObject({
      hookEventName: "PermissionRequest",
      decision: { behavior: "deny", message: expect.stringContaining("actions_get") },
    });
    await app().call(approveAction, scene().owner, { id: (await theOne()).id });
    const allowed = await send({ ...HOOK, hook_event_name: "PermissionRequest", tool_input: { command: "ls" } });
    expect(allowed.body.hookSpecificOutput.decision).toEqual({ behavior: "allow" });
  });

  test("denies what it cannot decide with a success, because the client ignores every other answer", async () => {
    const large = { ...HOOK, tool_name: "Write", tool_input: { file_path: "/a", content: "x".repeat(300_000) } };
    expect((await send(large)).body).toEqual({});
    await rule("*", "ask");
    const reasons = [
      await send(large),
      await send({ ...HOOK, tool_input: { content: "x".repeat(2 * 1024 * 1024) } }),
      await send({ ...HOOK, tool_input: "x" }),
      await send({ ...HOOK, tool_name: 7 }),
      await send(`{"hook_event_name": "PreToolUse", "x": "${"x".repeat(9 * 1024 * 1024)}"}`),
    ];
    for (const { status, body } of reasons)
      expect([status, body.hookSpecificOutput.permissionDecision]).toEqual([200, "deny"]);
    await app().call(pauseAgent, scene().owner, { id: scene().agent.id });
    expect(await decisionOf("ls")).toBe("deny");
    expect(await pending()).toEqual([]);
  });

  test("refuses callers without the key of an agent, and bodies of no client", async () => {
    expect((await send(HOOK, { headers: { authorization: "" } })).status).toBe(401);
    const owner = await credentialsOf(scene(), "owner");
    const byPerson = await web().app.inject({
      method: "POST",
      url: "/api/gate/claude-code",
      headers: owner,
      payload: {},
    });
    expect(byPerson.statusCode).toBe(403);
    for (const body of ["{", "[]", "7", {}]) expect((await send(body)).status).toBe(400);
    expect((await send(HOOK, { query: "?waits=never" })).status).toBe(400);
  });

  test("denies when the decision takes too long", async () => {
    const slow = query({
      ...getGateRules,
      permission: "actions:write",
      input: Fields({}),
      run: () => new Promise<never>(() => undefined),
    });
    const own = createWeb(app(), { extensions: [claudeCodeHooks({ check: slow, answerMs: 10 })] });
    const { statusCode, body } = await own.app.inject({
      method: "POST",
      url: "/api/gate/claude-code",
      headers: { "content-type": "application/json", ...headers() },
      payload: JSON.stringify(HOOK),
    });
    expect([statusCode, JSON.parse(body).hookSpecificOutput.permissionDecision]).toEqual([200, "deny"]);
    await own.close();
  });
});

describe("the permission prompt", () => {
  const prompt = (command: string, more: Record<string, unknown> = {}) =>
    app().call(askPermission, scene().agent, {
      tool_name: "Bash",
      input: { command },
      tool_use_id: "toolu_1",
      ...more,
    });

  test("asks a person without a rule, shares the action with the hook, and gives the input that was approved", async () => {
    expect(await prompt("ls")).toEqual({ behavior: "deny", message: expect.stringContaining("actions_get") });
    const { id } = await theOne();
    const waits = prompt("ls", { wait_seconds: 30 });
    await app().call(approveAction, scene().owner, {
      id,
      payload: { tool_name: "Bash", tool_input: { command: "ls -l" } },
    });
    expect(await waits).toEqual({ behavior: "allow", updatedInput: { command: "ls -l" } });
    await rule("Bash(make *)", "ask");
    await hook("make");
    expect((await prompt("make")).behavior).toBe("deny");
    const made = await theOne();
    await app().call(approveAction, scene().owner, { id: made.id });
    const both = [await prompt("make"), await prompt("make")];
    expect(both.map(({ behavior }) => behavior)).toEqual(["allow", "deny"]);
  });

  test("a rejection ends the wait with its reason; nobody but an agent asks, and nobody proposes a call by hand", async () => {
    const waits = prompt("ls", { wait_seconds: 30 });
    await expect.poll(async () => (await pending()).length).toBe(1);
    await app().call(rejectAction, scene().owner, { id: (await theOne()).id, reason: "No." });
    expect(await waits).toEqual({ behavior: "deny", message: expect.stringContaining("No.") });
    const call = { tool_name: "Bash", input: {} };
    expect((await problemOf(app().call(askPermission, scene().owner, call))).code).toBe("forbidden");
    const byHand = { action_type: "tool_call", service_type: "gate", payload: { tool_name: "Bash", tool_input: {} } };
    expect((await problemOf(app().call(proposeAction, scene().agent, byHand))).code).toBe("unknown_action_type");
  });
});

/** The doors of the gate for a new scene before each test, and the people who decide. */
import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import { factsOf, useApp } from "../../test/harness/harness.ts";
import { aScene, type Scene } from "../../test/harness/scene.ts";
import { createWeb, credentialsOf } from "../../test/harness/web.ts";
import { listPending } from "../actions/operations/list-pending.ts";
import type { HttpServer } from "../surfaces/http/server.ts";
import { createGateRule } from "./operations/create-gate-rule.ts";

/** As Claude Code 2.1.332 sends it. */
export const HOOK = {
  session_id: "9c38757f-195d-4214-be74-d72ef1872a59",
  transcript_path: "/srv/sessions/9c38757f.jsonl",
  cwd: "/srv/project",
  permission_mode: "default",
  effort: { level: "medium" },
  hook_event_name: "PreToolUse",
  tool_name: "Bash",
  tool_input: { command: "echo hello", description: "say hello" },
  tool_use_id: "toolu_mock1",
};

type NewRule = Parameters<typeof createGateRule.run>[1];

export function useGate() {
  const app = useApp();
  let web: HttpServer;
  let scene: Scene;
  let headers: Record<string, string>;
  beforeAll(() => {
    web = createWeb(app());
  });
  afterAll(() => web.close());
  beforeEach(async () => {
    scene = await aScene(app());
    headers = await credentialsOf(scene, "agent");
  });

  async function send(body: unknown, more: { query?: string; headers?: Record<string, string> } = {}) {
    const answer = await web.app.inject({
      method: "POST",
      url: `/api/gate/claude-code${more.query ?? ""}`,
      headers: { "content-type": "application/json", ...headers, ...more.headers },
      payload: typeof body === "string" ? body : JSON.stringify(body),
    });
    return { status: answer.statusCode, body: answer.json() };
  }

  /** The decision of the hook about a command of the shell. */
  async function hook(command: string, query = "") {
    const { status, body } = await send({ ...HOOK, tool_input: { command } }, { query });
    expect(status).toBe(200);
    return body.hookSpecificOutput ?? {};
  }
  const decisionOf = async (command: string) => (await hook(command)).permissionDecision;

  const rule = (tool_pattern: string, decision: NewRule["decision"], more: Partial<NewRule> = {}) =>
    app().call(createGateRule, scene.owner, { tool_pattern, decision, mode: "enforce", ...more });
  const pending = async () => (await app().call(listPending, scene.owner, {})).items;
  const theOne = async () => {
    const [action, ...others] = await pending();
    if (!action || others.length > 0) throw new Error("One action should wait.");
    return action;
  };
  const decisions = async () =>
    (await factsOf(app(), scene.workspace.id, scene.agent.id)).flatMap(({ type, data }) =>
      type === "gate.decided" ? [data] : [],
    );
  return {
    app,
    web: () => web,
    scene: () => scene,
    headers: () => headers,
    send,
    hook,
    decisionOf,
    rule,
    pending,
    theOne,
    decisions,
  };
}

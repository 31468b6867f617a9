import Type from "typebox";
import { afterEach, expect, test, vi } from "vitest";
import { agentActor, aWorkspace, factsOf, problemOf, useApp } from "../../test/harness/harness.ts";
import { systemActor } from "../kernel/actor.ts";
import { factType } from "../kernel/facts/fact.ts";
import { Fields } from "../kernel/schema.ts";
import { agentHooks } from "./hooks.ts";
import { archiveAgent } from "./operations/archive-agent.ts";
import { createAgent } from "./operations/create-agent.ts";
import { getAgent } from "./operations/get-agent.ts";
import { getOwnState } from "./operations/get-own-state.ts";
import { pauseAgent } from "./operations/pause-agent.ts";
import { resumeAgent } from "./operations/resume-agent.ts";

const thingStopped = factType({
  type: "thing.stopped",
  subject: "thing",
  meaning: "A thing stopped.",
  data: Fields({ by: Type.String() }),
});

const app = useApp();
afterEach(() => void vi.restoreAllMocks());

async function gateStatus(id: string): Promise<string> {
  const { rows } = await app().admin.query("select status from gates where agent_id = $1", [id]);
  return rows[0]?.status;
}

test("pause, resume and archive change agent and gate, each with its fact and reason; a repeat does nothing", async () => {
  const { id: workspace, owner } = await aWorkspace(app());
  const { id } = await app().call(createAgent, owner, { name: "Ada" });
  const paused = await app().call(pauseAgent, owner, { id, reason: "Too eager." });
  expect(paused).toMatchObject({ status: "paused", is_active: false, revision: 1 });
  expect(await gateStatus(id)).toBe("paused");
  expect(await app().call(pauseAgent, owner, { id, reason: "Again." })).toEqual(paused);
  expect(await app().call(resumeAgent, owner, { id })).toMatchObject({ status: "active", is_active: true });
  expect(await gateStatus(id)).toBe("active");
  await app().call(resumeAgent, owner, { id });
  const archived = await app().call(archiveAgent, owner, { id, reason: "Done." });
  expect(archived).toMatchObject({ status: "archived", is_active: false });
  expect(await gateStatus(id)).toBe("archived");
  expect(await app().call(archiveAgent, owner, { id })).toEqual(archived);
  expect(await app().call(getAgent, owner, { id })).toEqual(archived);
  const [, ...facts] = await factsOf(app(), workspace, id);
  expect(facts.map(({ type, data }) => [type, data])).toEqual([
    ["agent.paused", { from: "active", to: "paused", reason: "Too eager." }],
    ["agent.resumed", { from: "paused", to: "active", reason: null }],
    ["agent.archived", { from: "active", to: "archived", reason: "Done." }],
  ]);
});

test("archiving is final", async () => {
  const { owner } = await aWorkspace(app());
  const { id } = await app().call(createAgent, owner, { name: "Ada" });
  await app().call(archiveAgent, owner, { id });
  for (const operation of [pauseAgent, resumeAgent]) {
    const problem = await problemOf(app().call(operation, owner, { id }));
    expect([problem.code, problem.status]).toEqual(["illegal_step", 409]);
    expect(problem.details).toMatchObject({ status_now: "archived" });
  }
});

test("an empty reason is invalid", async () => {
  const { owner } = await aWorkspace(app());
  const { id } = await app().call(createAgent, owner, { name: "Ada" });
  for (const operation of [pauseAgent, resumeAgent, archiveAgent]) {
    expect((await problemOf(app().call(operation, owner, { id, reason: " " }))).code).toBe("invalid_input");
  }
});

test("archiving revokes the agent's keys, moves the default and stores the facts of the hooks", async () => {
  const { id: workspace, owner } = await aWorkspace(app());
  await app().call(createAgent, owner, { name: "Remote", agent_type: "http_api" });
  const successor = await app().call(createAgent, owner, { name: "Next" });
  await app().call(createAgent, owner, { name: "Last" });
  const { id } = await app().call(createAgent, owner, { name: "Ada", is_default: true });
  await app().admin.query(
    `insert into api_keys (workspace_id, id, kind, agent_id, name, scopes, prefix, key_hash, responsible_user_id)
     values ($1, gen_random_uuid(), 'agent', $2, 'key', '{}', 'bw_agent_test', $3, $4)`,
    [workspace, id, id, owner.id],
  );
  vi.spyOn(agentHooks, "onArchived").mockImplementation(async (_tx, agentId, actor) => [
    thingStopped(agentId, { by: actor.id }),
  ]);
  expect(await app().call(archiveAgent, owner, { id })).toMatchObject({ is_default: false });
  expect(await app().call(getAgent, owner, { id: successor.id })).toMatchObject({ is_default: true });
  const keys = await app().admin.query("select revoked_at from api_keys where agent_id = $1", [id]);
  expect(keys.rows[0].revoked_at).not.toBeNull();
  const types = (await factsOf(app(), workspace)).slice(4).map(({ type }) => type);
  expect(types).toEqual(["agent.archived", "key.revoked", "agent.updated", "thing.stopped"]);
});

test("an agent reads its own state, limits, tasks and headroom", async () => {
  const { id: workspace, owner } = await aWorkspace(app());
  const agent = await app().call(createAgent, owner, { name: "Ada", max_running_tasks: 3 });
  const refusal = { code: "at_limit", reason: "Busy.", task_id: agent.id, at: "2026-01-01T00:00:00.000Z" };
  await app().admin.query("update gates set running = 2, last_refusal = $2 where agent_id = $1", [agent.id, refusal]);
  const task = { id: agent.id, title: "Count", status: "running", started_at: null, lease_expires_at: null };
  vi.spyOn(agentHooks, "currentTasks").mockResolvedValue([task]);
  vi.spyOn(agentHooks, "headroom").mockResolvedValue([{ policy_id: agent.id, left_usd: 1 }]);
  expect(await app().call(getOwnState, agentActor(workspace, agent.id), {})).toEqual({
    agent: { ...agent, presence: { ...agent.presence, current_tasks: 2 } },
    limits: { max_running_tasks: 3, running: 2, available: 1 },
    headroom: [{ policy_id: agent.id, left_usd: 1 }],
    last_refusal: refusal,
    current_tasks: [task],
  });
});

test("only an agent can read its own state", async () => {
  const { id: workspace, owner } = await aWorkspace(app());
  for (const actor of [owner, systemActor("test", workspace)]) {
    expect((await problemOf(app().call(getOwnState, actor, {}))).code).toBe("forbidden");
  }
});

/** Create, read, update and copy agents: the outputs, the rows and the facts. */
import type { Static } from "typebox";
import { expect, test } from "vitest";
import { agentActor, aPerson, aWorkspace, factsOf, problemOf, useApp } from "../../test/harness/harness.ts";
import type { Actor } from "../kernel/actor.ts";
import { archiveAgent } from "./operations/archive-agent.ts";
import { cloneAgent } from "./operations/clone-agent.ts";
import { createAgent } from "./operations/create-agent.ts";
import { exportAgent } from "./operations/export-agent.ts";
import { getAgent } from "./operations/get-agent.ts";
import { importAgent } from "./operations/import-agent.ts";
import { listAgents } from "./operations/list-agents.ts";
import { pauseAgent } from "./operations/pause-agent.ts";
import { updateAgent } from "./operations/update-agent.ts";
import type { Agent } from "./schema.ts";

const app = useApp();
const UNKNOWN = "0190c8a0-0000-7000-8000-000000000001";

function anAgent(owner: Actor, draft: Partial<Static<typeof createAgent.input>> = {}): Promise<Agent> {
  return app().call(createAgent, owner, { name: "Ada", ...draft });
}

/** Sends fields that the operation does not have. */
function withExtra<Input>(input: Input, extra: Record<string, unknown>): Input {
  return { ...input, ...extra };
}

test("an agent needs only a name, and is created with one fact and an open gate", async () => {
  const { id: workspace, owner } = await aWorkspace(app());
  const agent = await anAgent(owner, { name: "  Ada  " });
  expect(agent).toMatchObject({
    name: "Ada",
    description: "",
    avatar_emoji: "🤖",
    agent_type: "direct",
    status: "active",
    is_active: true,
    is_default: false,
    is_featured: false,
    llm_config: {},
    total_posts: 0,
    last_post_at: null,
    max_running_tasks: null,
    presence: { state: "offline", last_seen_at: null, current_tasks: 0 },
    revision: 1,
  });
  expect(await app().call(getAgent, owner, { id: agent.id })).toEqual(agent);
  const facts = await factsOf(app(), workspace, agent.id);
  expect(facts.map(({ type, actor_id, data }) => [type, actor_id, data])).toEqual([
    ["agent.created", owner.id, { name: "Ada", agent_type: "direct", revision: 1 }],
  ]);
  const gates = await app().admin.query("select status, running_max from gates where agent_id = $1", [agent.id]);
  expect(gates.rows).toEqual([{ status: "active", running_max: null }]);
});

test("every field comes back as it was sent", async () => {
  const { owner } = await aWorkspace(app());
  const fields = {
    name: "Ada",
    description: "Counts.",
    avatar_emoji: "🦉",
    avatar_url: "https://example.org/a.png",
    personality: "calm",
    agent_type: "websocket" as const,
    is_default: true,
    is_featured: true,
    max_running_tasks: 3,
    default_estimated_cost_usd: 0.25,
    llm_config: { provider: "openai", temperature: 0.5, nested: { list: [1, "two", null] } },
    identity_config: { role: "analyst" },
    moltbook_config: { default_submolt: "general" },
    connection_url: "ws://127.0.0.1:18789",
    auth_config: { mode: "none" },
  };
  expect(await anAgent(owner, fields)).toMatchObject(fields);
});

test.each([
  [{ name: " " }],
  [{ name: "x".repeat(101) }],
  [{ description: "x".repeat(10_001) }],
  [{ avatar_emoji: "" }],
  [{ avatar_url: "javascript:alert(1)" }],
  [{ connection_url: "file:///etc/passwd" }],
  [{ max_running_tasks: 0 }],
  [{ default_estimated_cost_usd: -1 }],
  [{ agent_type: "spy" }],
  [{ is_default: "true" }],
  [{ llm_config: [] }],
  [{ llm_config: null }],
  [{ llm_config: { api_key: "set" } }],
  [{ auth_config: { password: 1234 } }],
  [{ status: "paused" }],
  [{ is_active: false }],
  [{ created_by_user_id: UNKNOWN }],
])("input %j is invalid, for a new agent and for an old one", async (extra) => {
  const { id: workspace, owner } = await aWorkspace(app());
  const created = await problemOf(app().call(createAgent, owner, withExtra({ name: "Ada" }, extra)));
  expect(created.code).toBe("invalid_input");
  const agent = await anAgent(owner);
  const updated = await problemOf(app().call(updateAgent, owner, withExtra({ id: agent.id }, extra)));
  expect(updated.code).toBe("invalid_input");
  expect(await app().call(getAgent, owner, { id: agent.id })).toEqual(agent);
  expect(await factsOf(app(), workspace)).toHaveLength(1);
});

test("an update changes the given fields, makes a revision and one fact; its repeat does nothing", async () => {
  const { id: workspace, owner } = await aWorkspace(app());
  const { id } = await anAgent(owner, { description: "old", llm_config: { model: "a", temperature: 1 } });
  const change = { id, name: "Grace ", llm_config: { model: "b" }, max_running_tasks: 2 };
  const agent = await app().call(updateAgent, owner, change);
  expect(agent).toMatchObject({ name: "Grace", description: "old", llm_config: { model: "b" }, revision: 2 });
  expect(await app().call(updateAgent, owner, change)).toEqual(agent);
  const [, fact, ...more] = await factsOf(app(), workspace, id);
  expect(fact).toMatchObject({
    type: "agent.updated",
    data: { changed_fields: ["name", "max_running_tasks", "llm_config"], revision: 2 },
  });
  expect(more).toEqual([]);
  const gates = await app().admin.query("select running_max from gates where agent_id = $1", [id]);
  expect(gates.rows).toEqual([{ running_max: 2 }]);
});

test("the default moves: at most one, with a fact for each agent it moved between, and no revision", async () => {
  const { id: workspace, owner } = await aWorkspace(app());
  const first = await anAgent(owner, { is_default: true });
  const second = await anAgent(owner, { is_default: true });
  const third = await anAgent(owner);
  expect(await app().call(updateAgent, owner, { id: third.id, is_default: true })).toMatchObject({ revision: 1 });
  const { items } = await app().call(listAgents, owner, {});
  expect(items.map(({ id, is_default }) => [id, is_default])).toEqual([
    [third.id, true],
    [second.id, false],
    [first.id, false],
  ]);
  for (const { id } of [first, second, third]) {
    const facts = await factsOf(app(), workspace, id);
    expect(facts.map(({ type }) => type)).toEqual(["agent.created", "agent.updated"]);
    expect(facts[1]?.data).toMatchObject({ changed_fields: ["is_default"] });
  }
  expect(await app().call(updateAgent, owner, { id: third.id, is_default: false })).toMatchObject({
    is_default: false,
  });
});

test("a list returns each agent once, page by page, with featured and default agents first", async () => {
  const { owner } = await aWorkspace(app());
  for (let index = 0; index < 7; index++) {
    await anAgent(owner, { name: `Agent ${index}`, is_featured: index % 3 === 0, is_default: index === 4 });
  }
  const names: string[] = [];
  let cursor: string | undefined;
  do {
    const { items, next_cursor } = await app().call(listAgents, owner, { limit: 2, ...(cursor && { cursor }) });
    names.push(...items.map(({ name }) => name));
    cursor = next_cursor ?? undefined;
  } while (cursor);
  expect(names).toEqual([6, 3, 0, 4, 5, 2, 1].map((index) => `Agent ${index}`));
});

test("a list is filtered by status, type, featured and part of the name, and refuses a made-up cursor", async () => {
  const { owner } = await aWorkspace(app());
  const paused = await anAgent(owner, { name: "100% Ada_" });
  const archived = await anAgent(owner, { name: "Gone" });
  const remote = await anAgent(owner, { name: "Remote", agent_type: "http_api", is_featured: true });
  await app().call(pauseAgent, owner, { id: paused.id });
  await app().call(archiveAgent, owner, { id: archived.id });
  const idsOf = async (filter: Static<typeof listAgents.input>) =>
    (await app().call(listAgents, owner, filter)).items.map(({ id }) => id);
  expect(await idsOf({})).toEqual([remote.id, paused.id]);
  expect(await idsOf({ status: "archived" })).toEqual([archived.id]);
  expect(await idsOf({ status: "paused" })).toEqual([paused.id]);
  expect(await idsOf({ agent_type: "http_api" })).toEqual([remote.id]);
  expect(await idsOf({ is_featured: false })).toEqual([paused.id]);
  expect(await idsOf({ q: "0% aDA_" })).toEqual([paused.id]);
  expect(await idsOf({ q: "%" })).toEqual([paused.id]);
  for (const cursor of ["x", Buffer.from('["1","1","now","x"]').toString("base64url")]) {
    expect((await problemOf(app().call(listAgents, owner, { cursor }))).code).toBe("invalid_input");
  }
});

test("a clone is active and new, with the source's configuration but without is_featured", async () => {
  const { id: workspace, owner } = await aWorkspace(app());
  const source = await anAgent(owner, {
    name: "x".repeat(100),
    is_default: true,
    is_featured: true,
    max_running_tasks: 4,
    llm_config: { api_key: "sk-secret", model: "m" },
  });
  await app().call(pauseAgent, owner, { id: source.id });
  const clone = await app().call(cloneAgent, owner, { id: source.id });
  expect(clone).toMatchObject({
    name: `${"x".repeat(93)} (Copy)`,
    status: "active",
    is_default: false,
    is_featured: false,
    max_running_tasks: 4,
    llm_config: { api_key: "set", model: "m" },
    revision: 1,
  });
  const [fact] = await factsOf(app(), workspace, clone.id);
  expect(fact).toMatchObject({ type: "agent.created", data: { source: { kind: "clone", agent_id: source.id } } });
});

test("an imported agent exports the same document again, without secrets", async () => {
  const { id: workspace, owner } = await aWorkspace(app());
  const { id } = await anAgent(owner, {
    description: "d",
    personality: "p",
    avatar_url: "https://example.org/a.png",
    is_featured: true,
    max_running_tasks: 2,
    llm_config: { z: 1, a: { api_key: "sk-secret", list: [{ token: "t", keep: true }] } },
    auth_config: { tokens: ["one", "two"], mode: "none" },
  });
  const document = await app().call(exportAgent, owner, { id });
  expect(JSON.stringify(document)).not.toMatch(/sk-secret|"set"/);
  expect(document.warnings.map(({ path }) => path)).toEqual([
    "/llm_config/a/api_key",
    "/llm_config/a/list/0/token",
    "/auth_config/tokens/0",
    "/auth_config/tokens/1",
  ]);
  const copy = await app().call(importAgent, owner, document);
  expect(copy).toMatchObject({ name: "Ada", status: "active", is_default: false, revision: 1 });
  const again = await app().call(exportAgent, owner, { id: copy.id });
  expect({ ...again, exported_at: "" }).toEqual({ ...document, exported_at: "", warnings: [] });
  const [fact] = await factsOf(app(), workspace, copy.id);
  expect(fact).toMatchObject({ type: "agent.created", data: { source: { kind: "import" } } });
});

test("a document of another kind or without a name is invalid", async () => {
  const { owner } = await aWorkspace(app());
  const name = "Ada";
  for (const bad of [{}, { name, format: "bailiwick.agent.v9" }, { name, is_default: true }, { name, id: UNKNOWN }]) {
    const problem = await problemOf(app().call(importAgent, owner, withExtra({ name }, { name: undefined, ...bad })));
    expect(problem.code).toBe("invalid_input");
  }
  expect(await app().call(importAgent, owner, { name })).toMatchObject({ name });
});

test("another workspace's agent is not found, like an unknown one", async () => {
  const { owner } = await aWorkspace(app());
  const { owner: stranger } = await aWorkspace(app());
  const { id: foreign } = await anAgent(owner);
  for (const id of [foreign, UNKNOWN]) {
    for (const operation of [getAgent, exportAgent, cloneAgent, updateAgent, pauseAgent, archiveAgent]) {
      const problem = await problemOf(app().call(operation, stranger, { id }));
      expect([problem.code, problem.message.replace(id, "")]).toEqual(["not_found", "There is no agent ."]);
    }
  }
  expect((await app().call(listAgents, stranger, {})).items).toEqual([]);
});

test("agents and members read agents and do not manage them", async () => {
  const { id: workspace, owner } = await aWorkspace(app());
  const { id } = await anAgent(owner);
  for (const actor of [agentActor(workspace, id), await aPerson(app(), workspace, "viewer")]) {
    expect(await app().call(getAgent, actor, { id })).toMatchObject({ id });
    for (const operation of [cloneAgent, updateAgent, pauseAgent, archiveAgent]) {
      expect((await problemOf(app().call(operation, actor, { id }))).code).toBe("forbidden");
    }
    for (const operation of [createAgent, importAgent]) {
      expect((await problemOf(app().call(operation, actor, { name: "Ada" }))).code).toBe("forbidden");
    }
  }
  expect(await factsOf(app(), workspace)).toHaveLength(1);
});

test("the tier counts agents at create, clone and import, and does not count archived ones", async () => {
  const { id: workspace, owner } = await aWorkspace(app(), "free");
  const [first] = [await anAgent(owner), await anAgent(owner)];
  const attempts = [
    () => anAgent(owner, { agent_type: "http_api" }),
    () => app().call(cloneAgent, owner, { id: first.id }),
    () => app().call(importAgent, owner, { name: "Ada" }),
  ];
  for (const attempt of attempts) {
    const problem = await problemOf(attempt());
    expect([problem.code, problem.status, problem.details.upgrade_required]).toEqual(["tier_limit", 403, true]);
  }
  expect(await factsOf(app(), workspace)).toHaveLength(2);
  await app().call(archiveAgent, owner, { id: first.id });
  expect(await anAgent(owner)).toMatchObject({ status: "active" });
});

/** A secret is sealed, and appears in no output, fact, revision, export or stored response. */
import { expect, test } from "vitest";
import { agentActor, aWorkspace, problemOf, type TestApp, useApp } from "../../test/harness/harness.ts";
import { openSecrets } from "./change-agent.ts";
import { archiveAgent } from "./operations/archive-agent.ts";
import { cloneAgent } from "./operations/clone-agent.ts";
import { createAgent } from "./operations/create-agent.ts";
import { exportAgent } from "./operations/export-agent.ts";
import { getAgent } from "./operations/get-agent.ts";
import { getOwnState } from "./operations/get-own-state.ts";
import { importAgent } from "./operations/import-agent.ts";
import { listAgents } from "./operations/list-agents.ts";
import { listRevisions } from "./operations/list-revisions.ts";
import { restoreAgent } from "./operations/restore-agent.ts";
import { updateAgent } from "./operations/update-agent.ts";

const app = useApp();
const SECRET = "sk-never-to-be-seen";

const SECRET_CONFIGS = {
  llm_config: { provider: "openai", api_key: `${SECRET}-1` },
  moltbook_config: { api_key: `${SECRET}-2` },
  identity_config: { tools: [{ password: `${SECRET}-3` }] },
  auth_config: { mode: "pairing", token: `${SECRET}-4`, headers: { Authorization: `Bearer ${SECRET}-5` } },
};

/** Returns all rows of a workspace as text. */
async function storedText({ admin }: TestApp, workspace: string): Promise<string> {
  const { rows: tables } = await admin.query<{ table_name: string }>(
    "select table_name from information_schema.columns where column_name = 'workspace_id' and table_schema = 'public'",
  );
  const texts = tables.map(async ({ table_name }) => {
    const { rows } = await admin.query(`select to_json(t)::text as row from ${table_name} t where workspace_id = $1`, [
      workspace,
    ]);
    return rows.map(({ row }) => row).join("\n");
  });
  return (await Promise.all(texts)).join("\n");
}

function secretsOf(workspace: string, id: string) {
  return app().db.read(workspace, (tx) => openSecrets({ tx, env: app().env }, id));
}

test("no output and no row of the database contains a secret in the clear", async () => {
  const { id: workspace, owner } = await aWorkspace(app());
  const idempotencyKey = "once";
  const agent = await app().call(createAgent, owner, { name: "Ada", ...SECRET_CONFIGS }, { idempotencyKey });
  const { id } = agent;
  const answers: unknown[] = [
    agent,
    await app().call(getAgent, owner, { id }),
    await app().call(listAgents, owner, {}),
    await app().call(updateAgent, owner, { id, llm_config: { api_key: `${SECRET}-6` } }),
    await app().call(cloneAgent, owner, { id }),
    await app().call(exportAgent, owner, { id }),
    await app().call(importAgent, owner, { name: "Copy", ...SECRET_CONFIGS }),
    await app().call(restoreAgent, owner, { id, revision: 1 }),
    await app().call(listRevisions, owner, { id }),
    await app().call(archiveAgent, owner, { id }),
    await problemOf(app().call(createAgent, owner, { name: "Ada", auth_config: { a: `${SECRET}`, token: "set" } })),
  ];
  expect(JSON.stringify(answers)).not.toContain(SECRET);
  expect(agent).toMatchObject({
    llm_config: { provider: "openai", api_key: "set" },
    moltbook_config: { api_key: "set" },
    identity_config: { tools: [{ password: "set" }] },
    auth_config: { mode: "pairing", token: "set", headers: { Authorization: "set" } },
  });
  const text = await storedText(app(), workspace);
  expect(text).toContain("v1.");
  expect(text).not.toContain(SECRET);
});

test("set keeps a secret, another value replaces it, and leaving it out deletes it", async () => {
  const { id: workspace, owner } = await aWorkspace(app());
  const { id } = await app().call(createAgent, owner, { name: "Ada", ...SECRET_CONFIGS });
  await app().call(updateAgent, owner, {
    id,
    llm_config: { api_key: "set", model: "m" },
    auth_config: { token: "new" },
  });
  await app().call(updateAgent, owner, { id, moltbook_config: { api_key: null } });
  expect(Object.fromEntries(await secretsOf(workspace, id))).toEqual({
    "/auth_config/token": "new",
    "/identity_config/tools/0/password": `${SECRET}-3`,
    "/llm_config/api_key": `${SECRET}-1`,
  });
  const problem = await problemOf(app().call(updateAgent, owner, { id, moltbook_config: { api_key: "set" } }));
  expect([problem.code, problem.details.errors?.[0]?.path]).toEqual(["invalid_input", "/moltbook_config/api_key"]);
});

test("a new value of a secret makes a revision, though both read set", async () => {
  const { owner } = await aWorkspace(app());
  const { id } = await app().call(createAgent, owner, { name: "Ada", llm_config: { api_key: "old" } });
  const agent = await app().call(updateAgent, owner, { id, llm_config: { api_key: "new" } });
  expect(agent).toMatchObject({ revision: 2, llm_config: { api_key: "set" } });
});

test("a clone has the secrets, sealed for itself", async () => {
  const { id: workspace, owner } = await aWorkspace(app());
  const { id } = await app().call(createAgent, owner, { name: "Ada", ...SECRET_CONFIGS });
  const clone = await app().call(cloneAgent, owner, { id });
  expect(await secretsOf(workspace, clone.id)).toEqual(await secretsOf(workspace, id));
  await app().admin.query("delete from agent_secrets where agent_id = $1", [clone.id]);
  await app().admin.query(
    "insert into agent_secrets select workspace_id, $2, place, sealed from agent_secrets where agent_id = $1",
    [id, clone.id],
  );
  await expect(secretsOf(workspace, clone.id)).rejects.toThrow();
});

test("restore keeps present secrets and restores none", async () => {
  const { id: workspace, owner } = await aWorkspace(app());
  const { id } = await app().call(createAgent, owner, { name: "Ada", ...SECRET_CONFIGS });
  await app().call(updateAgent, owner, { id, llm_config: { api_key: "new" }, auth_config: {} });
  const restored = await app().call(restoreAgent, owner, { id, revision: 1 });
  expect(restored).toMatchObject({
    llm_config: { provider: "openai", api_key: "set" },
    auth_config: { mode: "pairing", headers: {} },
  });
  expect(restored.auth_config).not.toHaveProperty("token");
  expect((await secretsOf(workspace, id)).get("/llm_config/api_key")).toBe("new");
});

test("another agent sees nothing of how an agent is configured; the agent itself sees set", async () => {
  const { id: workspace, owner } = await aWorkspace(app());
  const draft = { name: "Ada", personality: "Quiet", connection_url: "https://example.com/ada", ...SECRET_CONFIGS };
  const { id } = await app().call(createAgent, owner, { ...draft, max_running_tasks: 3 });
  const { id: otherId } = await app().call(createAgent, owner, { name: "Bob" });
  const [itself, other] = [agentActor(workspace, id), agentActor(workspace, otherId)];
  const hidden = { llm_config: {}, identity_config: {}, moltbook_config: {}, auth_config: {}, connection_url: null };
  const seen = { name: "Ada", personality: null, max_running_tasks: 3, ...hidden };
  expect(await app().call(getAgent, other, { id })).toMatchObject(seen);
  expect((await app().call(listAgents, other, {})).items.find((agent) => agent.id === id)).toMatchObject(seen);
  for (const operation of [listRevisions, exportAgent]) {
    expect(await problemOf(app().call(operation, other, { id }))).toMatchObject({ code: "forbidden" });
    await app().call(operation, itself, { id });
  }
  const own = await app().call(getAgent, itself, { id });
  expect(own).toMatchObject({ llm_config: { api_key: "set" }, connection_url: draft.connection_url });
  expect((await app().call(getOwnState, itself, {})).agent).toEqual(own);
});

test("an address with a secret is sealed as a whole, set keeps it, and another address replaces it", async () => {
  const { id: workspace, owner } = await aWorkspace(app());
  const connection_url = `https://example.com/mcp?token=${SECRET}`;
  const agent = await app().call(createAgent, owner, { name: "Ada", connection_url });
  const { id } = agent;
  expect(agent.connection_url).toBe("set");
  await app().call(updateAgent, owner, { id, description: "d", connection_url: "set" });
  const kept = await secretsOf(workspace, id);
  expect(Object.fromEntries(kept)).toEqual({ "/connection_url": connection_url });
  const clone = await app().call(cloneAgent, owner, { id });
  expect(await secretsOf(workspace, clone.id)).toEqual(kept);
  expect((await app().call(exportAgent, owner, { id })).connection_url).toBeNull();
  const plain = await app().call(updateAgent, owner, { id, connection_url: "https://example.com/mcp" });
  expect(plain.connection_url).toBe("https://example.com/mcp");
  expect((await secretsOf(workspace, id)).size).toBe(0);
  const problem = await problemOf(app().call(updateAgent, owner, { id, connection_url: "set" }));
  expect([problem.code, problem.details.errors?.[0]?.path]).toEqual(["invalid_input", "/connection_url"]);
});

test("an export warns of secrets in texts and leaves them out, and import takes the document", async () => {
  const { owner } = await aWorkspace(app());
  const token = `ghp_${"a1B2".repeat(8)}`;
  const { id } = await app().call(createAgent, owner, {
    name: "Ada",
    description: `Push with ${token}.`,
    personality: "Kind.",
    avatar_url: `https://example.com/a.png?token=${SECRET}`,
    llm_config: { note: { $secret: "anything" } },
  });
  const document = await app().call(exportAgent, owner, { id });
  expect(document).toMatchObject({ description: "Push with [secret left out].", avatar_url: null, llm_config: {} });
  expect(document.warnings.map(({ path }) => path)).toEqual(["/llm_config/note", "/description", "/avatar_url"]);
  expect(JSON.stringify(document)).not.toMatch(/ghp_|anything|never/);
  const copy = await app().call(importAgent, owner, document);
  expect(copy).toMatchObject({ personality: "Kind.", llm_config: {} });
});

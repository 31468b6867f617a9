/** Secrets that an earlier version stored in the clear: hidden at once, sealed in the background, never lost. */
import { expect, test } from "vitest";
import { aWorkspace, factsOf, useApp } from "../../test/harness/harness.ts";
import { systemActor } from "../kernel/actor.ts";
import { openSecrets } from "./change-agent.ts";
import { cloneAgent } from "./operations/clone-agent.ts";
import { createAgent } from "./operations/create-agent.ts";
import { exportAgent } from "./operations/export-agent.ts";
import { getAgent } from "./operations/get-agent.ts";
import { listAgents } from "./operations/list-agents.ts";
import { listRevisions } from "./operations/list-revisions.ts";
import { restoreAgent } from "./operations/restore-agent.ts";
import { sealStoredSecrets } from "./operations/seal-stored-secrets.ts";
import { updateAgent } from "./operations/update-agent.ts";

const app = useApp();
const OLD = {
  webhook_url: "https://example.com/hush-1",
  args: ["--token", "hush-2", "--port", "80"],
  model: "m",
  api_key: "set",
};
const OLD_URL = "https://example.com/mcp?token=hush-3";
const SECRETS = {
  "/connection_url": OLD_URL,
  "/llm_config/api_key": "hush-0",
  "/llm_config/args/1": "hush-2",
  "/llm_config/webhook_url": "https://example.com/hush-1",
};
const SHOWN = { webhook_url: "set", args: ["--token", "set", "--port", "80"], model: "m", api_key: "set" };

/** An agent as an earlier version stored it, which sealed `api_key` alone. */
async function aStoredAgent() {
  const workspace = await aWorkspace(app());
  const { id } = await app().call(createAgent, workspace.owner, { name: "Ada", llm_config: { api_key: "hush-0" } });
  await app().admin.query("update agents set llm_config = $2, connection_url = $3, secret_rules = 0 where id = $1", [
    id,
    JSON.stringify(OLD),
    OLD_URL,
  ]);
  await app().admin.query(`begin; set local session_replication_role = replica;
    update agent_revisions set secret_rules = 0,
      config = (select to_json(a) from (select name, description, avatar_emoji, avatar_url, personality, agent_type,
        is_featured, max_running_tasks, llm_config, identity_config, moltbook_config, connection_url, auth_config
        from agents where id = '${id}') a) where agent_id = '${id}'; commit`);
  return { workspace, owner: workspace.owner, id };
}

const seal = (workspace: string) => app().call(sealStoredSecrets, systemActor("test", workspace), {});
const secretsOf = async (workspace: string, id: string) =>
  Object.fromEntries(await app().db.read(workspace, (tx) => openSecrets({ tx, env: app().env }, id)));

async function storedText(id: string): Promise<string> {
  const { rows } = await app().admin.query(
    `select llm_config::text || coalesce(connection_url, '') as row from agents where id = $1
     union all select config::text from agent_revisions where agent_id = $1`,
    [id],
  );
  return rows.map(({ row }) => row).join("\n");
}

test("no reader sees a stored secret, before it is sealed and after", async () => {
  const { workspace, owner, id } = await aStoredAgent();
  const read = async () => [
    await app().call(getAgent, owner, { id }),
    await app().call(listAgents, owner, {}),
    await app().call(listRevisions, owner, { id }),
    { ...(await app().call(exportAgent, owner, { id })), exported_at: "" },
  ];
  const before = await read();
  expect(JSON.stringify(before)).not.toContain("hush");
  expect(before[0]).toMatchObject({ llm_config: SHOWN, connection_url: "set", revision: 1 });
  await seal(workspace.id);
  expect(await read()).toEqual(before);
});

test("two sweeps at once seal each secret once, with one fact, and the workspace is no longer due", async () => {
  const { workspace, owner, id } = await aStoredAgent();
  const due = async () => {
    const { rows } = await app().admin.query("select bailiwick_agent_secrets_due() as id");
    return rows.some((row) => row.id === workspace.id);
  };
  expect(await due()).toBe(true);
  expect(await storedText(id)).toContain("hush");
  const done = await Promise.all([seal(workspace.id), seal(workspace.id)]);
  expect(done.filter(({ agents, revisions }) => agents + revisions > 0)).toEqual([{ agents: 1, revisions: 1 }]);
  expect(await storedText(id)).not.toContain("hush");
  expect(await secretsOf(workspace.id, id)).toEqual(SECRETS);
  expect(await due()).toBe(false);
  const facts = await factsOf(app(), workspace.id);
  expect(facts.filter(({ type }) => type === "secrets.sealed")).toMatchObject([{ data: { agents: 1, revisions: 1 } }]);
  const { llm_config } = await app().call(getAgent, owner, { id });
  const kept = await app().call(updateAgent, owner, { id, description: "d", llm_config });
  expect(kept).toMatchObject({ revision: 2, llm_config: SHOWN });
  expect(await secretsOf(workspace.id, id)).toEqual(SECRETS);
});

test("update, clone and restore of an agent that is not sealed yet keep its secrets", async () => {
  const { workspace, owner, id } = await aStoredAgent();
  const clone = await app().call(cloneAgent, owner, { id });
  expect(await secretsOf(workspace.id, clone.id)).toEqual(SECRETS);
  expect(clone).toMatchObject({ llm_config: SHOWN, connection_url: "set" });

  const second = await aStoredAgent();
  await app().call(updateAgent, second.owner, { id: second.id, llm_config: { ...SHOWN, model: "n" } });
  expect(await secretsOf(second.workspace.id, second.id)).toEqual(SECRETS);
  const restored = await app().call(restoreAgent, second.owner, { id: second.id, revision: 1 });
  expect(restored).toMatchObject({ revision: 3, llm_config: SHOWN });
  expect(await secretsOf(second.workspace.id, second.id)).toEqual(SECRETS);
  await seal(second.workspace.id);
  expect(await storedText(second.id)).not.toContain("hush");
});

test("a sweep and an update at once lose no secret", async () => {
  const { workspace, owner, id } = await aStoredAgent();
  await Promise.all([seal(workspace.id), app().call(updateAgent, owner, { id, description: "d" })]);
  await seal(workspace.id);
  expect(await secretsOf(workspace.id, id)).toEqual(SECRETS);
  expect(await storedText(id)).not.toContain("hush");
});

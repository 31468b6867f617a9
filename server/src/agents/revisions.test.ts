import { expect, test } from "vitest";
import { agentActor, aWorkspace, factsOf, problemOf, useApp } from "../../test/harness/harness.ts";
import { archiveAgent } from "./operations/archive-agent.ts";
import { createAgent } from "./operations/create-agent.ts";
import { listRevisions } from "./operations/list-revisions.ts";
import { restoreAgent } from "./operations/restore-agent.ts";
import { updateAgent } from "./operations/update-agent.ts";

const app = useApp();

test("revisions name the changed fields and the actor, newest first, page by page", async () => {
  const { owner } = await aWorkspace(app());
  const { id } = await app().call(createAgent, owner, { name: "Ada", description: "1" });
  await app().call(updateAgent, owner, { id, description: "2" });
  await app().call(updateAgent, owner, { id, description: "3", name: "Grace" });
  const { items, next_cursor } = await app().call(listRevisions, owner, { id, limit: 2 });
  const rest = await app().call(listRevisions, owner, { id, limit: 2, cursor: next_cursor ?? "" });
  expect([...items, ...rest.items].map(({ revision, config }) => [revision, config.name, config.description])).toEqual([
    [3, "Grace", "3"],
    [2, "Ada", "2"],
    [1, "Ada", "1"],
  ]);
  expect(items.map(({ changed_fields }) => changed_fields)).toEqual([["name", "description"], ["description"]]);
  expect(rest.items[0]?.changed_fields).toContain("auth_config");
  expect(items[0]?.created_by).toEqual({ kind: "user", id: owner.id });
  expect(rest.next_cursor).toBeNull();
});

test("restore writes an earlier configuration as a new revision; restoring the present one stores nothing", async () => {
  const { id: workspace, owner } = await aWorkspace(app());
  const { id } = await app().call(createAgent, owner, { name: "Ada", max_running_tasks: 1 });
  await app().call(updateAgent, owner, { id, name: "Grace", max_running_tasks: 5 });
  const restored = await app().call(restoreAgent, owner, { id, revision: 1 });
  expect(restored).toMatchObject({ name: "Ada", max_running_tasks: 1, revision: 3 });
  expect(await app().call(restoreAgent, owner, { id, revision: 3 })).toEqual(restored);
  const { items } = await app().call(listRevisions, owner, { id });
  expect(items.map(({ revision }) => revision)).toEqual([3, 2, 1]);
  expect(items[0]?.config).toEqual(items[2]?.config);
  const facts = await factsOf(app(), workspace, id);
  expect(facts.map(({ type }) => type)).toEqual(["agent.created", "agent.updated", "agent.restored"]);
  expect(facts[2]?.data).toEqual({ restored_revision: 1, revision: 3, changed_fields: ["name", "max_running_tasks"] });
  const gates = await app().admin.query("select running_max from gates where agent_id = $1", [id]);
  expect(gates.rows).toEqual([{ running_max: 1 }]);
});

test("restore does not change the default agent", async () => {
  const { owner } = await aWorkspace(app());
  const { id } = await app().call(createAgent, owner, { name: "Ada", is_default: true });
  await app().call(updateAgent, owner, { id, name: "Grace", is_default: false });
  expect(await app().call(restoreAgent, owner, { id, revision: 1 })).toMatchObject({ name: "Ada", is_default: false });
});

test("an unknown revision, a foreign agent and an archived one are not restored", async () => {
  const { id: workspace, owner } = await aWorkspace(app());
  const { owner: stranger } = await aWorkspace(app());
  const { id } = await app().call(createAgent, owner, { name: "Ada" });
  await app().call(updateAgent, owner, { id, name: "Grace" });
  const codeOf = async (actor: typeof owner, revision: number) =>
    (await problemOf(app().call(restoreAgent, actor, { id, revision }))).code;
  expect(await codeOf(owner, 3)).toBe("not_found");
  expect(await codeOf(owner, 0)).toBe("invalid_input");
  expect(await codeOf(stranger, 1)).toBe("not_found");
  expect(await codeOf(agentActor(workspace, id), 1)).toBe("forbidden");
  expect((await problemOf(app().call(listRevisions, stranger, { id }))).code).toBe("not_found");
  await app().call(archiveAgent, owner, { id });
  expect(await codeOf(owner, 1)).toBe("illegal_step");
  expect((await problemOf(app().call(updateAgent, owner, { id, name: "Alan" }))).code).toBe("illegal_step");
  expect((await app().call(listRevisions, owner, { id })).items).toHaveLength(2);
});

test("the database refuses to change or delete a revision, and to delete an agent", async () => {
  const { id: workspace, owner } = await aWorkspace(app());
  const { id } = await app().call(createAgent, owner, { name: "Ada" });
  for (const [text, message] of [
    ["update agent_revisions set config = '{}' where workspace_id = $1 and agent_id = $2", "append-only"],
    ["update agent_revisions set revision = 2 where workspace_id = $1 and agent_id = $2", "permission denied"],
    ["delete from agent_revisions where workspace_id = $1 and agent_id = $2", "permission denied"],
    ["delete from agents where workspace_id = $1 and id = $2", "permission denied"],
  ] as const) {
    const attempt = app().db.transaction(workspace, (tx) => tx.statement(text.slice(0, 30), text, [workspace, id]));
    await expect(attempt).rejects.toThrow(message);
  }
});

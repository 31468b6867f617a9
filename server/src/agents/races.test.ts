/** N concurrent callers. */
import { expect, test } from "vitest";
import { aWorkspace, factsOf, problemOf, useApp } from "../../test/harness/harness.ts";
import { createKey } from "../keys/operations/create-key.ts";
import { archiveAgent } from "./operations/archive-agent.ts";
import { cloneAgent } from "./operations/clone-agent.ts";
import { createAgent } from "./operations/create-agent.ts";
import { importAgent } from "./operations/import-agent.ts";
import { listAgents } from "./operations/list-agents.ts";
import { listRevisions } from "./operations/list-revisions.ts";
import { pauseAgent } from "./operations/pause-agent.ts";
import { updateAgent } from "./operations/update-agent.ts";

const app = useApp();
const CALLERS = 16;

function sideBySide<T>(call: (index: number) => Promise<T>): Promise<PromiseSettledResult<T>[]> {
  return Promise.allSettled(Array.from({ length: CALLERS }, (_, index) => call(index)));
}

test("concurrent updates lose no revision number", async () => {
  const { id: workspace, owner } = await aWorkspace(app());
  const { id } = await app().call(createAgent, owner, { name: "Ada" });
  const results = await sideBySide((index) => app().call(updateAgent, owner, { id, description: `d${index}` }));
  const numbers = results.map((result) => result.status === "fulfilled" && result.value.revision);
  expect(new Set(numbers)).toEqual(new Set(Array.from({ length: CALLERS }, (_, index) => index + 2)));
  const { items } = await app().call(listRevisions, owner, { id });
  expect(items.map(({ revision }) => revision)).toEqual(Array.from({ length: CALLERS + 1 }, (_, i) => CALLERS + 1 - i));
  expect(await factsOf(app(), workspace, id)).toHaveLength(CALLERS + 1);
});

test("concurrent create, clone and import never pass the tier's limit", async () => {
  const { id: workspace, owner } = await aWorkspace(app(), "production");
  const { id } = await app().call(createAgent, owner, { name: "Ada" });
  const ways = [
    () => app().call(createAgent, owner, { name: "Ada" }),
    () => app().call(cloneAgent, owner, { id }),
    () => app().call(importAgent, owner, { name: "Ada" }),
  ];
  const results = await sideBySide(async (index) => ways[index % ways.length]?.());
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(9);
  for (const result of results) if (result.status === "rejected") expect(result.reason.code).toBe("tier_limit");
  expect((await app().call(listAgents, owner, {})).items).toHaveLength(10);
  expect(await factsOf(app(), workspace)).toHaveLength(10);
});

test("concurrent changes of the default leave one, also while defaults are archived", async () => {
  const { owner } = await aWorkspace(app());
  const agents = await Promise.all(
    Array.from({ length: CALLERS }, (_, index) =>
      app().call(createAgent, owner, { name: `${index}`, is_default: true }),
    ),
  );
  const results = await sideBySide(async (index) => {
    const id = agents[index]?.id ?? "";
    if (index % 3 === 0) return app().call(archiveAgent, owner, { id });
    return app().call(updateAgent, owner, { id, is_default: true, name: "new" });
  });
  expect(results.filter(({ status }) => status === "rejected")).toEqual([]);
  const { items } = await app().call(listAgents, owner, {});
  expect(items.filter(({ is_default }) => is_default)).toHaveLength(1);
});

test("of many concurrent pauses of one agent, one changes it", async () => {
  const { id: workspace, owner } = await aWorkspace(app());
  const { id } = await app().call(createAgent, owner, { name: "Ada" });
  const results = await sideBySide(() => app().call(pauseAgent, owner, { id }));
  expect(results.every(({ status }) => status === "fulfilled")).toBe(true);
  expect(await factsOf(app(), workspace, id)).toHaveLength(2);
});

test("keys made while their agent is archived do not work", async () => {
  const { id: workspace, owner } = await aWorkspace(app());
  const { id } = await app().call(createAgent, owner, { name: "Ada" });
  await sideBySide(async (index) => {
    if (index === CALLERS / 2) return app().call(archiveAgent, owner, { id });
    return app().call(createKey, owner, { kind: "agent", agent_id: id, name: `${index}` });
  });
  const { rows } = await app().admin.query(
    "select 1 from api_keys where workspace_id = $1 and agent_id = $2 and revoked_at is null",
    [workspace, id],
  );
  expect(rows).toEqual([]);
});

test("one idempotency key makes one agent", async () => {
  const { id: workspace, owner } = await aWorkspace(app());
  const once = { idempotencyKey: "one" };
  const agent = await app().call(createAgent, owner, { name: "Ada" }, once);
  expect(await app().call(createAgent, owner, { name: "Ada" }, once)).toEqual(agent);
  const other = await problemOf(app().call(createAgent, owner, { name: "Bea" }, once));
  expect(other.code).toBe("idempotency_mismatch");
  expect(await factsOf(app(), workspace)).toHaveLength(1);
});

/** Two agents with only MCP and its official client: the server's instructions are enough to work together. */
import type { AddressInfo } from "node:net";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Actor } from "../src/kernel/actor.ts";
import { createKey } from "../src/keys/operations/create-key.ts";
import type { HttpServer } from "../src/surfaces/http/server.ts";
import { claimTasks } from "../src/tasks/operations/claim-tasks.ts";
import { completeTask } from "../src/tasks/operations/complete-task.ts";
import { setRole } from "../src/team/operations/set-role.ts";
import { anAgent, aRunningTask, aTask } from "./harness/builders.ts";
import { useApp } from "./harness/harness.ts";
import { aScene, type Scene } from "./harness/scene.ts";
import { createWeb } from "./harness/web.ts";

const app = useApp();
let web: HttpServer;
let scene: Scene;
const open: Client[] = [];
beforeAll(async () => {
  web = createWeb(app());
  await web.app.listen({ port: 0, host: "127.0.0.1" });
  scene = await aScene(app());
});
afterAll(async () => {
  await Promise.all(open.map((client) => client.close()));
  await web.close();
});

type Answer = Record<string, unknown> & { items: Record<string, unknown>[] };

/** An agent with its key, connected like the client of a model. */
async function connect(agent: Actor) {
  const { key } = await app().call(createKey, scene.owner, { kind: "agent", agent_id: agent.id, name: "MCP" });
  // A server that listens on TCP has an address of this form.
  const { port } = web.app.server.address() as AddressInfo;
  const client = new Client({ name: "crew", version: "1" });
  const requestInit = { headers: { authorization: `Bearer ${key}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(`http://127.0.0.1:${port}/mcp`), { requestInit }));
  open.push(client);
  return {
    client,
    async use(name: string, input: Record<string, unknown> = {}): Promise<Answer> {
      const { isError, content } = await client.callTool({ name, arguments: input });
      const [part] = content;
      const answer = part?.type === "text" ? JSON.parse(part.text) : undefined;
      expect(isError ? answer : undefined, name).toBeUndefined();
      return answer as Answer;
    },
  };
}

const WORK = [
  "agents_me",
  "tasks_claim",
  "tasks_heartbeat",
  "tasks_complete",
  "tasks_create",
  "tasks_escalate",
  "messages_send",
  "messages_inbox",
  "messages_mark_read",
  "team_summarize",
];

it("gets instructions at the start that name existing tools with descriptions", async () => {
  const { client } = await connect(scene.agent);
  const { tools } = await client.listTools();
  const names = tools.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(WORK));
  const spoken = [...(client.getInstructions() ?? "").matchAll(/\b(?:agents|tasks|messages|team)_[a-z_]+/g)];
  expect(new Set(spoken.map(([name]) => name))).toEqual(
    new Set(WORK.concat("tasks_fail", "tasks_release", "tasks_block", "tasks_list", "tasks_get", "messages_get")),
  );
  expect(spoken.filter(([name]) => !names.includes(name))).toEqual([]);
  expect(tools.filter(({ description }) => (description ?? "").length < 20)).toEqual([]);
});

it("gets a lease of 15 minutes from claim and start, unless it asks for another", async () => {
  const agent = await anAgent(app(), scene.workspace);
  const { client, use } = await connect(agent);
  const leaseOf = async (tool: string, input: Record<string, unknown> = {}) => {
    const { id } = await aTask(app(), scene.owner, agent);
    await use(tool, tool === "tasks_start" ? { ...input, id } : input);
    return leaseSecondsOf(id);
  };
  for (const tool of ["tasks_claim", "tasks_start"]) {
    expect([tool, await leaseOf(tool), await leaseOf(tool, { lease_seconds: 30 })]).toEqual([tool, 900, 30]);
    const shown = (await client.listTools()).tools.find(({ name }) => name === tool);
    expect(shown?.inputSchema.properties?.lease_seconds).toMatchObject({ default: 900 });
  }
  const { id } = await aTask(app(), scene.owner, agent);
  await app().call(claimTasks, agent, {});
  expect(await leaseSecondsOf(id)).toBe(60);
});

it("reads 30 children with 30 KB each for less than 25,000 tokens, once and not twice", async () => {
  const agent = await anAgent(app(), scene.workspace);
  const { client, use } = await connect(agent);
  const parent = await aRunningTask(app(), scene.owner, agent);
  for (let n = 0; n < 30; n++) {
    const child = { parent_task_id: parent.id, priority: 10, input: "i".repeat(30_000) };
    const { id, fence } = await aRunningTask(app(), agent, agent, child);
    await app().call(completeTask, agent, { id, fence, output: { report: "o".repeat(30_000) } });
  }
  const answer = await client.callTool({ name: "tasks_list", arguments: { parent_task_id: parent.id } });
  // A token is about four characters.
  expect(JSON.stringify(answer).length).toBeLessThan(100_000);
  expect(answer.structuredContent).toBeUndefined();
  const { items } = await use("tasks_list", { parent_task_id: parent.id });
  expect(items).toHaveLength(30);
  expect(items[0]).toMatchObject({ has_output: true, output_bytes: 30_014 });
  const { items: whole, truncated } = await use("tasks_list", { parent_task_id: parent.id, include: "output" });
  expect([whole.length, truncated]).toEqual([30, undefined]);
});

async function leaseSecondsOf(id: string): Promise<number | undefined> {
  const { rows } = await app().admin.query("select lease_seconds from tasks where id = $1", [id]);
  return rows[0]?.lease_seconds;
}

it("lists its work, claims, reports, asks, gets an answer, delegates, completes and escalates", async () => {
  const [worker, supervisor] = [await connect(scene.agent), await connect(scene.other)];
  await app().call(setRole, scene.owner, { agent_id: scene.other.id, role: "supervisor" });
  await app().call(setRole, scene.owner, { agent_id: scene.agent.id, role: "worker", reports_to: scene.other.id });
  await aTask(app(), scene.owner, scene.agent, { title: "Count the files", priority: 2 });
  await aTask(app(), scene.owner, scene.agent, { title: "Delete the files", priority: 1 });

  const me = (await worker.use("agents_me")).agent as { id: string };
  expect(me.id).toBe(scene.agent.id);
  const { items } = await worker.use("tasks_claim", { wait_seconds: 1 });
  const held = { id: items[0]?.id, fence: items[0]?.fence };
  await worker.use("tasks_heartbeat", { ...held, progress: { counted: 3 } });

  const question = { content: "Hidden files too?", to_agent_id: scene.other.id, task_id: held.id };
  const sent = await worker.use("messages_send", question);
  const { items: received } = await supervisor.use("messages_inbox", { unread: true, wait_seconds: 5 });
  expect(received).toMatchObject([{ id: sent.id, content: question.content, from_agent_id: me.id }]);
  await supervisor.use("messages_send", { content: "Yes.", to_agent_id: me.id, in_reply_to: sent.id });
  await supervisor.use("messages_mark_read", { message_ids: [sent.id] });
  const { items: answered } = await worker.use("messages_inbox", { unread: true, wait_seconds: 5 });
  expect(answered).toMatchObject([{ content: "Yes.", in_reply_to: sent.id }]);

  const part = { title: "Count the hidden ones", assigned_to_agent_id: scene.other.id, parent_task_id: held.id };
  const child = await worker.use("tasks_create", part);
  const { items: taken } = await supervisor.use("tasks_claim");
  expect(taken).toMatchObject([{ id: child.id }]);
  await supervisor.use("tasks_complete", { id: child.id, fence: taken[0]?.fence, output: { hidden: 2 } });
  expect(await worker.use("tasks_complete", { ...held, output: { files: 5 } })).toMatchObject({ status: "completed" });

  const { items: more } = await worker.use("tasks_claim");
  const beyond = { id: more[0]?.id, fence: more[0]?.fence, reason: "Deleting is not mine to decide." };
  expect(await worker.use("tasks_escalate", beyond)).toMatchObject({ assigned_to_agent_id: scene.other.id });
  expect((await supervisor.use("tasks_claim")).items).toMatchObject([{ id: beyond.id, escalated_from: [me.id] }]);
});

/** The tools of a worker, and the prompts and resources of every client. */
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createKey } from "../src/keys/operations/create-key.ts";
import { sendMessage } from "../src/messages/operations/send-message.ts";
import type { HttpServer } from "../src/surfaces/http/server.ts";
import { newClient, oldClient } from "../src/surfaces/mcp/test-clients.ts";
import { WORKER_TOOLS } from "../src/surfaces/mcp/tool-sets.ts";
import { aTask } from "./harness/builders.ts";
import { useApp } from "./harness/harness.ts";
import { aScene, type Scene } from "./harness/scene.ts";
import { createWeb } from "./harness/web.ts";

const app = useApp();
let web: HttpServer;
let scene: Scene;
let key: string;
let url: URL;
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  web = createWeb(app());
  await web.app.listen({ port: 0, host: "127.0.0.1" });
  // A server that listens on TCP has an address of this form.
  url = new URL(`http://127.0.0.1:${(web.app.server.address() as AddressInfo).port}/mcp`);
  scene = await aScene(app());
  ({ key } = await app().call(createKey, scene.owner, { kind: "agent", agent_id: scene.agent.id, name: "MCP" }));
});
afterAll(async () => {
  await Promise.all(open.map((client) => client.close()));
  await web.close();
});

const ERAS = [
  { era: "2026-07-28", connectTo: newClient },
  { era: "2025 and before", connectTo: oldClient },
] as const;

describe.each(ERAS)("a client of $era", ({ connectTo }) => {
  async function connect(query = "") {
    const client = await connectTo(new URL(query, url), key);
    open.push(client);
    return client;
  }

  it("gets the tools of a worker by its address, all of which exist, and no others", async () => {
    const worker = await connect("/mcp?tools=worker");
    const all = (await (await connect()).listTools()).tools.map(({ name }) => name);
    const names = (await worker.listTools()).tools.map(({ name }) => name);
    expect(names.sort()).toEqual([...WORKER_TOOLS].sort());
    expect(all).toEqual(expect.arrayContaining(names));
    expect(all.length).toBeGreaterThan(names.length);
    const other = all.find((name) => !WORKER_TOOLS.includes(name)) ?? "";
    await expect(worker.callTool({ name: other, arguments: {} })).rejects.toThrow(`There is no tool ${other}.`);
    // The instructions name only the tools of the set.
    const named = worker.getInstructions()?.match(/\b(?:agents|tasks|team|messages)_\w+/g) ?? [];
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !WORKER_TOOLS.includes(name))).toEqual([]);
  });

  it("gets prompts that name only tools of its set", async () => {
    const client = await connect("/mcp?tools=worker");
    const { prompts } = await client.listPrompts();
    expect(prompts.map(({ name }) => name)).toEqual(["work", "status", "hand_over"]);
    for (const { name } of prompts) {
      const { messages } = await client.getPrompt({ name });
      const text = JSON.stringify(messages);
      const tools = text.match(/\b(?:agents|tasks|team|messages)_[a-z_]+/g) ?? [];
      expect(tools.filter((tool) => !WORKER_TOOLS.includes(tool))).toEqual([]);
    }
    const { messages } = await client.getPrompt({ name: "hand_over", arguments: { task_id: "7", reason: "lunch" } });
    expect(messages[0]?.content).toMatchObject({
      type: "text",
      text: expect.stringMatching(/task 7, because: lunch\./),
    });
    await expect(client.getPrompt({ name: "none" })).rejects.toThrow("There is no prompt none.");
  });

  it("reads a task and a thread as resources, and no task of another workspace", async () => {
    const client = await connect();
    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual([
      "bailiwick://tasks/{id}",
      "bailiwick://threads/{thread_id}",
    ]);
    expect((await client.listResources()).resources).toEqual([]);
    const task = await aTask(app(), scene.owner, scene.agent, { title: "Read me" });
    const read = async (uri: string) => {
      const [content] = (await client.readResource({ uri })).contents;
      expect(content).toMatchObject({ uri, mimeType: "application/json" });
      return JSON.parse(String(content && "text" in content ? content.text : ""));
    };
    expect(await read(`bailiwick://tasks/${task.id}`)).toMatchObject({ title: "Read me", events: [expect.anything()] });
    const sent = await app().call(sendMessage, scene.owner, { to_agent_id: scene.agent.id, content: "Hello" });
    expect((await read(`bailiwick://threads/${sent.thread_id}`)).items[0]).toMatchObject({ id: sent.id });
    const foreign = await aScene(app());
    const other = await aTask(app(), foreign.owner, foreign.agent);
    for (const path of [`tasks/${other.id}`, "tasks/no-id", "tasks/a/b", "nothing/1"]) {
      const uri = `bailiwick://${path}`;
      await expect(client.readResource({ uri })).rejects.toMatchObject({ code: -32602, data: { uri } });
    }
  });
});

it("another set of tools is refused by name", async () => {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" });
  const answer = await fetch(new URL("/mcp?tools=boss", url), { method: "POST", headers, body });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ code: "invalid_input", errors: [{ path: "/tools" }] });
  expect((await fetch(new URL("/mcp?tools=all", url), { method: "POST", headers, body })).status).toBe(200);
});

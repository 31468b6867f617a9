/** Arguments as models write them, from clients of both protocol eras, to the operations that exist. */
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aTask } from "../../../test/harness/builders.ts";
import { useApp } from "../../../test/harness/harness.ts";
import { aScene, type Scene } from "../../../test/harness/scene.ts";
import { callTool, createWeb, credentialsOf, isTool, rest } from "../../../test/harness/web.ts";
import { createKey } from "../../keys/operations/create-key.ts";
import { OPERATIONS } from "../../operations.ts";
import { claimTasks } from "../../tasks/operations/claim-tasks.ts";
import { completeTask } from "../../tasks/operations/complete-task.ts";
import type { HttpServer } from "../http/server.ts";
import { instructionsFor } from "./instructions.ts";
import { call, newClient, oldClient } from "./test-clients.ts";
import { argumentsReader, requiredFields } from "./tool-input.ts";
import { toolsOf } from "./tools.ts";

const app = useApp();
const tools = toolsOf(OPERATIONS, isTool);
let web: HttpServer;
let scene: Scene;
let url: URL;
let key: string;
beforeAll(async () => {
  web = createWeb(app());
  await web.app.listen({ port: 0, host: "127.0.0.1" });
  // A server that listens on TCP has such an address.
  url = new URL(`http://127.0.0.1:${(web.app.server.address() as AddressInfo).port}/mcp`);
  scene = await aScene(app());
  ({ key } = await app().call(createKey, scene.owner, { kind: "agent", agent_id: scene.agent.id, name: "MCP" }));
});
afterAll(() => web.close());

async function aHeldTask(): Promise<Record<string, unknown>> {
  await aTask(app(), scene.owner, scene.agent);
  const { items } = await app().call(claimTasks, scene.agent, {});
  return { id: items[0]?.id, fence: items[0]?.fence };
}

describe.each([
  ["2026-07-28", newClient],
  ["2025 and before", oldClient],
] as const)("a client of %s", (_era, connect) => {
  test("sees the types of a field of any value", async () => {
    const { tools: listed } = await (await connect(url, key)).listTools();
    for (const [tool, field] of [
      ["tasks_create", "input"],
      ["tasks_complete", "output"],
      ["tasks_fail", "output"],
    ] as const) {
      const schema = listed.find(({ name }) => name === tool)?.inputSchema.properties?.[field];
      expect(schema, tool).toMatchObject({ type: ["object", "array", "string", "number", "boolean", "null"] });
    }
  });

  test.each([
    ['{"verdict":{"ok":true}}', { verdict: { ok: true } }],
    [' [1,"2"] ', [1, "2"]],
    ["{not JSON", "{not JSON"],
    ["12", "12"],
    ["", ""],
    [null, null],
    [{ a: 1 }, { a: 1 }],
  ])("a result %j is stored as %j", async (output, stored) => {
    const client = await connect(url, key);
    const done = await call(client, "tasks_complete", { ...(await aHeldTask()), output });
    // A tool leaves out the output null.
    expect({ output: null, ...done.structuredContent }).toMatchObject({ status: "completed", output: stored });
  });

  test("may send null and empty text for what it leaves out", async () => {
    const client = await connect(url, key);
    for (const none of [null, ""]) {
      for (const [name, needed, left] of [
        [
          "tasks_create",
          { title: "T", assigned_to_agent_id: scene.agent.id },
          ["parent_task_id", "deadline", "priority"],
        ],
        ["tasks_list", {}, ["status", "cursor", "limit", "text", "parent_task_id"]],
        ["tasks_claim", {}, ["lease_seconds", "wait_seconds", "limit"]],
        ["messages_send", { content: "C", to_agent_id: scene.other.id }, ["task_id", "reply_by", "in_reply_to"]],
      ] as const) {
        const fields = left.filter((field) => field in (tools.get(name)?.operation.input.properties ?? {}));
        expect(fields.length, name).toBeGreaterThan(1);
        const sent = await call(client, name, {
          ...needed,
          ...Object.fromEntries(fields.map((field) => [field, none])),
        });
        expect(sent.isError ? sent.structuredContent : undefined, `${name} ${JSON.stringify(none)}`).toBeUndefined();
      }
    }
    const refused = await call(client, "tasks_create", { title: "", assigned_to_agent_id: scene.agent.id });
    expect(refused.structuredContent).toMatchObject({
      code: "invalid_input",
      detail: expect.stringContaining("title"),
    });
  });
});

test("over REST a text stays a text, and null for an optional field is refused", async () => {
  const headers = await credentialsOf(scene, "agent");
  const held = await aHeldTask();
  const done = await rest(web, completeTask, { ...held, output: '{"a":1}' }, headers);
  expect(done.body).toMatchObject({ status: "completed", output: '{"a":1}' });
  expect((await rest(web, claimTasks, { limit: null }, headers)).status).toBe(400);
  expect((await callTool(web, claimTasks, { limit: null }, headers)).status).toBe(200);
});

test.each([...tools])("%s: every optional field may be null or empty, and no required one", (_name, { operation }) => {
  const read = argumentsReader(operation.input);
  const required = requiredFields(operation.input);
  for (const field of Object.keys(operation.input.properties)) {
    const kept = read({ [field]: "", other: "" });
    expect(kept.other).toBe("");
    if (required.includes(field)) expect(kept).toHaveProperty(field);
  }
});

test("the text about the tools names tools that exist", () => {
  const operations = new Set<string>(OPERATIONS.map(({ name }) => name));
  const areas = [...new Set(OPERATIONS.map(({ name }) => name.split(".")[0] ?? ""))].join("|");
  const list = [...tools.values()].map(({ shown }) => JSON.stringify(shown));
  const texts = [...list, instructionsFor(new Set(tools.keys()))];
  for (const text of texts) {
    const dotted = [...text.matchAll(/\b[a-z_]+\.[a-z_]+\b/g)].map(([name]) => name);
    expect(dotted.filter((name) => operations.has(name))).toEqual([]);
    const verbs = [...tools.keys()].map((name) => name.split("_")[1] ?? "");
    const named = [...text.matchAll(new RegExp(`\\b(?:${areas})_(?:${verbs.join("|")})[a-z_]*`, "g"))].map(
      ([name]) => name,
    );
    expect(named.filter((name) => !tools.has(name))).toEqual([]);
  }
  expect(list.join()).toContain("messages_mark_read");
});

test("the instructions fit before the place where clients cut them", () => {
  expect(instructionsFor(new Set(tools.keys())).length).toBeLessThanOrEqual(1_800);
});

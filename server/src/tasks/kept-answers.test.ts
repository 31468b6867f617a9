/** Stored answers of idempotency keys: they contain no copy of a row's document, and a repeat gets the first answer. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { anAgent } from "../../test/harness/builders.ts";
import { aWorkspace, createSecondApp, type TestApp, useApp } from "../../test/harness/harness.ts";
import { cutAnswer, fillAnswer } from "../kernel/cut-answer.ts";
import { sendMessage } from "../messages/operations/send-message.ts";
import { claimTasks } from "./operations/claim-tasks.ts";
import { completeTask } from "./operations/complete-task.ts";
import { createTask } from "./operations/create-task.ts";

const app = useApp();
const KEPT_BYTES_MAX = 8 * 1_024;
/** Has its names in another order than the database, at several depths. */
const DOCUMENT = { zebra: { long_name: 1, a: [{ yy: 2, x: "ü" }] }, text: "x".repeat(240_000), b: 1.5e30 };

async function keptBytes(workspace: string, key: string): Promise<number> {
  const { rows } = await app().admin.query(
    "select octet_length(answer::text) as bytes from idempotency_answers where workspace_id = $1 and key = $2",
    [workspace, key],
  );
  return rows[0].bytes;
}

/** Sends the same call twice, the second time to a process that has just started. Returns the answer. */
async function twice<T>(workspace: string, key: string, call: (on: TestApp) => Promise<T>): Promise<T> {
  const first = await call(app());
  expect(await keptBytes(workspace, key)).toBeLessThan(KEPT_BYTES_MAX);
  const started = createSecondApp(app());
  const again = await call(started);
  await started.close();
  expect(JSON.stringify(again)).toBe(JSON.stringify(first));
  return first;
}

test("a large task is created, claimed and completed, each twice, and only the task stores its documents", async () => {
  const workspace = await aWorkspace(app());
  const agent = await anAgent(app(), workspace);
  const input = { title: "Large", assigned_to_agent_id: agent.id, input: DOCUMENT };
  const create = (on: TestApp) => on.call(createTask, agent, structuredClone(input), { idempotencyKey: "create" });
  const made = await twice(workspace.id, "create", create);
  expect(made.input).toEqual(DOCUMENT);

  const claim = (on: TestApp) => on.call(claimTasks, agent, {}, { idempotencyKey: "claim" });
  const { items } = await twice(workspace.id, "claim", claim);
  expect(items[0]?.input).toEqual(DOCUMENT);

  const done = { id: made.id, fence: items[0]?.fence ?? 0, output: DOCUMENT };
  const complete = (on: TestApp) => on.call(completeTask, agent, structuredClone(done), { idempotencyKey: "complete" });
  const finished = await twice(workspace.id, "complete", complete);
  expect(finished).toMatchObject({ status: "completed", input: DOCUMENT, output: DOCUMENT });
});

test("a repeat gets the first answer after the row has changed", async () => {
  const workspace = await aWorkspace(app());
  const agent = await anAgent(app(), workspace);
  const input = { title: "Work", assigned_to_agent_id: agent.id, input: DOCUMENT };
  const create = () => app().call(createTask, agent, input, { idempotencyKey: "k" });
  const first = await create();
  await app().call(claimTasks, agent, {});
  expect(JSON.stringify(await create())).toBe(JSON.stringify(first));
  expect(first.status).toBe("queued");
});

test("a long message is stored once, also for a command alone", async () => {
  const workspace = await aWorkspace(app());
  const [from, to] = [await anAgent(app(), workspace), await anAgent(app(), workspace)];
  const input = { to_agent_id: to.id, content: "word ".repeat(12_000) };
  const sent = await twice(workspace.id, "send", (on) => on.call(sendMessage, from, input, { idempotencyKey: "send" }));
  expect(sent.content).toBe(input.content);
});

test("for all outputs and inputs, a filled answer equals the answer before the cut", async () => {
  const leaf = fc.oneof(fc.string({ maxLength: 600 }), fc.double({ noNaN: true }), fc.constant(null), fc.boolean());
  const document = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc.dictionary(fc.string({ maxLength: 5 }), tie("value")),
      fc.array(tie("value")),
    ),
  })).value;
  const fields = fc.dictionary(fc.constantFrom("input", "output", "text", "10", "id"), document);
  await fc.assert(
    fc.asyncProperty(fields, fields, fc.boolean(), async (input, own, isNested) => {
      const output = isNested ? { items: [{ ...own, ...input }], task: input } : { ...own, ...input };
      const stored = JSON.parse(JSON.stringify(cutAnswer(output, input, undefined)));
      const filled = await fillAnswer(stored, input, async () => new Map());
      expect(JSON.stringify(filled)).toBe(JSON.stringify(output));
    }),
  );
});
